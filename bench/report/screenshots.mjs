// Makes the pictures of docs/report.md from a run of the shipped family.
// usage: npm run build && npm run sweep -- --out RUN && node bench/report/screenshots.mjs RUN [FOLDER]
// Chromium is looked for as CHROMIUM_PATH, then as `chromium` on PATH.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [run, folder = 'docs/report'] = process.argv.slice(2);
if (run === undefined) throw new Error('Expected the directory of a run');
mkdirSync(folder, { recursive: true });

const path = process.env.CHROMIUM_PATH ?? execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
];
const browser = await chromium.launch({ executablePath: path, args: quiet });

const DESK = { width: 1280, height: 900 };
const task = (name) => `[id^="task-"][id*="_${name}-"]`;

/** Each picture: its name, its window, and what stands at its top. */
const PICTURES = [
  { name: 'answer', viewport: DESK },
  { name: 'answer-dark', viewport: DESK, colorScheme: 'dark' },
  { name: 'curves', viewport: { width: 1280, height: 640 }, top: '#curves' },
  { name: 'costs', viewport: { width: 1280, height: 780 }, top: '#cost' },
  { name: 'task', viewport: { width: 1280, height: 1180 }, top: task('addition') },
  { name: 'memorisation', viewport: { width: 1280, height: 620 }, top: '#memorisation' },
  { name: 'phone', viewport: { width: 390, height: 844 } },
];

for (const { name, viewport, colorScheme = 'light', top } of PICTURES) {
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(pathToFileURL(resolve(run, 'report.html')).href);
  await page.waitForSelector('html[data-ready]');
  if (top !== undefined) {
    await page.evaluate((selector) => {
      const element = document.querySelector(selector);
      if (element?.tagName === 'DETAILS') element.open = true;
      element?.scrollIntoView();
    }, top);
  }
  await page.waitForTimeout(700);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await context.close();
}
await browser.close();
