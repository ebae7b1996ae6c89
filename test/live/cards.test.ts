import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPainter } from '../../src/charts/painter.ts';
import { silentLog as log } from '../../src/core/log.ts';
import { dayMs, servers } from '../backtest/days.ts';
import { alertChart } from '../charts/charts.ts';
import { backtesting, realPainter, slackOf } from '../flows/backtest-house.ts';
import { openIncidentHouse } from '../flows/incident-house.ts';
import { someIncident } from '../incidents/some-incident.ts';
import { temporaryDir } from './bot.ts';
import { startBrowser } from './browser.ts';
import { discordPage, slackPage } from './card-page.ts';

const folder = process.env.PICTURES_DIR ?? temporaryDir();

describe('the card of an incident', () => {
  it('shows the same in Slack and Discord: what is wrong, how it looks, and what can be done', async () => {
    mkdirSync(folder, { recursive: true });
    const painter = createPainter({ log });
    const browser = await startBrowser();
    onTestFinished(async () => {
      await browser.close();
      await painter.stop();
    });
    const house = await openIncidentHouse({ painter, chartOf: () => alertChart() });
    const because = [
      { metric: 'cpu', expected: 22.4, seen: 97.1, share: 0.71 },
      { metric: 'response_time', expected: 0.021, seen: 1.4, share: 0.29 },
    ];
    await house.happens(someIncident({ id: '5f0c2a91', severity: 'critical', confidence: 0.97, because }));
    await house.allTold();
    const [slack] = house.slack.messages();
    const [discord] = house.discord.posts();
    if (slack === undefined || discord === undefined) expect.fail('there is no card');
    const files = house.slack.files();
    const pages = {
      slack: slackPage(slack.blocks, (id) => files.get(id)?.bytes ?? expect.fail(`there is no file ${id}`)),
      discord: discordPage(discord.embeds, discord.components, discord.pictures),
    };
    for (const [name, html] of Object.entries(pages)) {
      const page = await browser.newPage({ viewport: { width: 632, height: 900 }, deviceScaleFactor: 2 });
      await page.setContent(html);
      const card = page.locator('main');
      const words = await card.innerText();
      for (const said of [
        'Critical: anomaly on web-1 (hosts)',
        'cpu',
        '97.1 %',
        '1.4 s',
        'Acknowledge',
        'Silence 1 h',
        '5f0c2a91',
      ])
        expect(words).toContain(said);
      const [width, height] = await page
        .locator('img')
        .evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]);
      expect([width, height].every((side) => (side ?? 0) > 300)).toBe(true);
      await card.screenshot({ path: join(folder, `${name}.png`) });
    }
  });
});

describe('the answer of a backtest', () => {
  it('shows in Slack what was caught and what was missed', async () => {
    mkdirSync(folder, { recursive: true });
    const browser = await startBrowser();
    onTestFinished(() => browser.close());
    const slack = await slackOf(
      await backtesting({ watch: servers, value: ordinaryServer, now: Date.now }),
      realPainter(),
    );
    slack.command('/ops backtest 4');
    const message = await slack.waitFor(
      () => slack.messages().find(({ blocks }) => blocks.some(({ type }) => type === 'image')),
      120_000,
    );
    const files = slack.files();
    const html = slackPage(message.blocks, (id) => files.get(id)?.bytes ?? expect.fail(`there is no file ${id}`));
    const page = await browser.newPage({ viewport: { width: 632, height: 900 }, deviceScaleFactor: 2 });
    await page.setContent(html);
    const card = page.locator('main');
    const words = await card.innerText();
    for (const said of ['injected faults caught', 'flat line', 'The picture shows 3 of the'])
      expect(words).toContain(said);
    expect(await page.locator('img').getAttribute('alt')).toContain('made-up faults caught');
    await card.screenshot({ path: join(folder, 'backtest.png') });
  }, 180_000);
});

/** Days with their rhythm, and noise that is the same each time. */
function ordinaryServer(metric: string, host: string, at: number): number {
  const noise = ((Math.sin(at / 60_000 + metric.length * 17 + host.length) * 43_758.5453) % 1) * 1.5;
  const wave = Math.sin((2 * Math.PI * at) / dayMs);
  if (metric === 'cpu') return 30 + 5 * wave + 2 * noise;
  return metric === 'network' ? 1e6 + 2e5 * wave + 3e4 * noise : 60 - 4 * wave + 0.5 * noise;
}
