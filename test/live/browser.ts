import { type Browser, chromium, type Page } from 'playwright-core';

export const desk = { width: 1_280, height: 800 };
export const phone = { width: 390, height: 844 };

/** Debian's Chromium. It runs as root in containers, where its own sandbox can't. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A page of the console that fails the test when anything goes wrong in it. */
export async function openPage(
  browser: Browser,
  url: string,
  look: { readonly viewport: typeof desk; readonly colorScheme: 'light' | 'dark' },
): Promise<{ readonly page: Page; readonly problems: readonly string[] }> {
  const page = await browser.newPage({ ...look, deviceScaleFactor: 2 });
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(url);
  return { page, problems };
}
