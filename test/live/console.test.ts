import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bot, startBot, temporaryDir, until } from './bot.ts';
import { desk, openPage, phone, startBrowser } from './browser.ts';

/** Pictures are kept where `PICTURES_DIR` says, else in a temporary folder. */
const pictures = process.env.PICTURES_DIR ?? temporaryDir();

describe('the console in a browser, with nothing configured', () => {
  let bot: Bot;
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    [bot, browser] = await Promise.all([startBot({ env: { DEMO_FAULTS: 'off' } }), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await bot.stop();
  });

  it('is ready within ten seconds', () => {
    expect(bot.readyMs).toBeLessThan(10_000);
  });

  it('takes a command, completes it, and shows the answer and the panel', async () => {
    const { page, problems } = await openPage(browser, bot.url, { viewport: desk, colorScheme: 'light' });
    await page.getByText('simulated cluster').first().waitFor();
    await page.getByText('Nothing has been said yet').waitFor();
    await page.screenshot({ path: join(pictures, 'console-empty.png') });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('ai s');
    await page.getByRole('option').first().waitFor();
    expect(await page.getByRole('option').allInnerTexts()).toEqual([
      expect.stringContaining('ai show'),
      expect.stringContaining('ai switch'),
    ]);
    await page.keyboard.press('Escape');
    await page.locator('#say').fill('');
    await page.locator('#say').pressSequentially('que');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('c');
    await page.getByRole('option', { name: 'cpu' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const answer = page.locator('.entry.bot').first();
    await answer.getByRole('cell', { name: /web-1/ }).waitFor();
    for (const host of ['web-1', 'web-2', 'api-1', 'db-1', 'cache-1', 'worker-1'])
      expect(await page.locator('aside .host', { hasText: host }).count()).toBe(1);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('answers what is unknown with the nearest command', async () => {
    const { page } = await openPage(browser, bot.url, { viewport: desk, colorScheme: 'light' });
    await page.locator('#say').fill('/ops anomalys');
    await page.keyboard.press('Enter');
    await page
      .getByText(/anomalies/)
      .last()
      .waitFor();
    await page.close();
  });

  it('announces a broken host within a minute, with its numbers, in light, dark and on a phone', async () => {
    await until('every host is judged', 60_000, async () => {
      const status = (await (await bot.get('/status')).json()) as { watches: { by_state: { normal: number } }[] };
      return status.watches[0]?.by_state.normal === 6 || undefined;
    });
    const { page, problems } = await openPage(browser, bot.url, { viewport: desk, colorScheme: 'light' });
    await page.locator('#say').fill('demo break spike --host web-1');
    await page.keyboard.press('Enter');
    const brokenAt = performance.now();
    const card = page.locator('.entry.bot', { hasText: /anomaly on web-1/ }).first();
    await card.waitFor({ timeout: 60_000 });
    const seconds = (performance.now() - brokenAt) / 1_000;
    console.log(`the alert was in the console ${seconds.toFixed(1)} s after the break`);
    const words = await card.innerText();
    expect(words).toMatch(/cpu/);
    expect(words).toMatch(/expected/);
    expect(words).toMatch(/confidence\s+\d+(\.\d+)? %/);
    expect(words).toMatch(/simulated/);
    expect(await page.title()).toMatch(/^\(\d+\)/);
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(pictures, 'console-light.png') });
    await card.screenshot({ path: join(pictures, 'alert.png') });
    expect(problems).toEqual([]);
    await page.close();

    const dark = await openPage(browser, bot.url, { viewport: desk, colorScheme: 'dark' });
    await dark.page
      .getByText(/anomaly on web-1/)
      .first()
      .waitFor();
    await dark.page.screenshot({ path: join(pictures, 'console-dark.png') });
    await dark.page.close();
    const small = await openPage(browser, bot.url, { viewport: phone, colorScheme: 'light' });
    await small.page
      .getByText(/anomaly on web-1/)
      .first()
      .waitFor();
    await small.page.screenshot({ path: join(pictures, 'console-phone.png') });
    expect(await small.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(phone.width);
    await small.page.close();
  });

  it('shows that it is over, in the same card', async () => {
    const { page } = await openPage(browser, bot.url, { viewport: desk, colorScheme: 'dark' });
    await page.locator('#say').fill('demo heal');
    await page.keyboard.press('Enter');
    const card = page.locator('.entry.bot', { hasText: /Resolved: anomaly on web-1/ }).first();
    await card.waitFor({ timeout: 500_000 });
    expect(await card.innerText()).toMatch(/updated/);
    await page.screenshot({ path: join(pictures, 'console-resolved.png') });
    await page.close();
  });
});
