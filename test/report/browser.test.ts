import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examplePage } from '../helpers/example-report.js';
import { findChromium, NO_CHROMIUM } from '../helpers/find-chromium.js';
import { openBrowser, openPage } from '../helpers/open-browser.js';
import { WEAK_TEXTS } from '../helpers/weak-texts.js';

interface Focus {
  readonly name: string;
  readonly outline: string;
}

const DESK = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };

describe.skipIf(findChromium() === null)(`the report in a browser (skipped where ${NO_CHROMIUM})`, () => {
  let folder = '';
  let url = '';
  let browser: Browser;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'scalesweep-page-'));
    const file = join(folder, 'report.html');
    writeFileSync(file, await examplePage());
    url = pathToFileURL(file).href;
    browser = await openBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('it draws every chart that comes into view, complains of nothing, and asks nothing of a network', async () => {
    const { page, complaints, requests } = await openPage(browser, url, DESK);
    await page.evaluate(UNFOLD);
    await page.evaluate(SCROLL_THROUGH);
    const empty = await page.$$eval(
      '.drawing',
      (all) => all.filter((one) => one.querySelector('svg') === null).length,
    );
    expect(empty).toBe(0);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([url]);
    await page.context().close();
  });

  test('the answer is on the first screen', async () => {
    const { page } = await openPage(browser, url, DESK);
    const box = await page.locator('#answer table').first().boundingBox();
    expect((box?.y ?? 9999) + (box?.height ?? 0)).toBeLessThan(900);
    await expect(page.locator('#answer').textContent()).resolves.toContain('addition');
    await page.context().close();
  });

  test('classes, single tasks, the axis and its logarithm can be chosen, by keyboard too', async () => {
    const { page, complaints } = await openPage(browser, url, DESK);
    const shown = (): Promise<string> => page.evaluate('document.documentElement.dataset.shown');
    const all = Number(await shown());
    await page.locator('#curves').scrollIntoViewIfNeeded();
    await page.locator('button[data-show="emergent"]').focus();
    await page.keyboard.press('Enter');
    expect(Number(await shown())).toBeLessThan(all);
    expect(await page.locator('button[data-show="emergent"]').getAttribute('aria-pressed')).toBe('true');
    await page.locator('button[data-show="all"]').click();
    expect(Number(await shown())).toBe(all);
    await page.locator('summary', { hasText: 'Choose single tasks' }).press('Enter');
    await page.locator('input[data-task]').first().press('Space');
    expect(Number(await shown())).toBe(all - 1);
    const titleOf = (): Promise<string> =>
      page.locator('figure[data-chart="overview"] svg').textContent().then(String);
    expect(await titleOf()).toContain('parameters');
    await page.locator('#axis').selectOption('non-embedding');
    await expect.poll(titleOf).toContain('without embeddings');
    const ticks = await titleOf();
    await page.locator('#log').press('Space');
    await expect.poll(titleOf).not.toBe(ticks);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('everything that can be worked is reached by Tab, and shows it', async () => {
    const { page } = await openPage(browser, url, DESK);
    const seen = new Set<string>();
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab');
      const focus = await page.evaluate<Focus | null>(FOCUS);
      if (focus === null) continue;
      expect(focus.outline, focus.name).not.toBe('none');
      seen.add(focus.name);
    }
    for (const name of ['A', 'BUTTON', 'DIV']) expect(seen).toContain(name);
    await page.context().close();
  });

  test('pointing at a point tells its values', async () => {
    const { page } = await openPage(browser, url, DESK);
    const chart = page.locator('figure[data-chart^="task-"]').first();
    await chart.scrollIntoViewIfNeeded();
    await page.waitForTimeout(300);
    const points = chart.locator('svg .mark-symbol path');
    await points.nth(2).hover({ force: true });
    await expect.poll(() => page.locator('#tip').textContent()).toContain('scale:');
    await page.context().close();
  });

  test('a link leads into a folded section and opens it', async () => {
    const { page } = await openPage(browser, url, DESK);
    const link = page.locator('#answer a[href^="#task-"]').last();
    const target = await link.getAttribute('href');
    await link.click();
    await expect.poll(() => page.locator(`details${target}`).getAttribute('open')).toBe('');
    await page.context().close();
  });

  test.each([
    ['light', 'light'],
    ['dark', 'dark'],
  ] as const)('texts stand out from their ground in %s', async (_name, colorScheme) => {
    const { page } = await openPage(browser, url, { ...DESK, colorScheme });
    await page.evaluate(UNFOLD);
    expect(await page.evaluate(WEAK_TEXTS)).toEqual([]);
    await page.evaluate(
      "document.querySelector('h1').style.color = 'color-mix(in srgb, var(--faint) 50%, var(--page))'",
    );
    expect(await page.evaluate(WEAK_TEXTS)).toHaveLength(1);
    await page.context().close();
  });

  test('the button turns light to dark and back', async () => {
    const { page } = await openPage(browser, url, { ...DESK, colorScheme: 'light' });
    const ground = (): Promise<string> => page.evaluate(GROUND);
    const light = await ground();
    await page.locator('#theme').click();
    expect(await ground()).not.toBe(light);
    await page.locator('#theme').click();
    expect(await ground()).toBe(light);
    await page.context().close();
  });

  test('a phone shows it without scrolling sideways', async () => {
    const { page, complaints } = await openPage(browser, url, PHONE);
    await page.evaluate(UNFOLD);
    await page.evaluate(SCROLL_THROUGH);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('on paper everything is unfolded, on white, without what cannot be pressed', async () => {
    const { page } = await openPage(browser, url, { ...DESK, colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator('details:not([open])').count()).toBe(0);
    expect(await page.evaluate(PAPER)).toBe('#ffffff');
    expect(await page.locator('#theme').isVisible()).toBe(false);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 4).toString()).toBe('%PDF');
    await page.context().close();
  });

  test('without scripts it still shows its charts and tables', async () => {
    const context = await browser.newContext({ ...DESK, javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(url);
    expect(await page.locator('figure svg').first().isVisible()).toBe(true);
    expect(await page.locator('#axis').isVisible()).toBe(false);
    await context.close();
  });
});

const UNFOLD = "document.querySelectorAll('details').forEach((details) => { details.open = true; })";
const GROUND = 'getComputedStyle(document.body).backgroundColor';
const PAPER = "getComputedStyle(document.documentElement).getPropertyValue('--page').trim()";
const FOCUS = `(() => {
  const element = document.activeElement;
  return element === null || element === document.body ? null : { name: element.tagName, outline: getComputedStyle(element).outlineStyle };
})()`;
const SCROLL_THROUGH = `(async () => {
  for (let y = 0; y < document.body.scrollHeight; y += 500) {
    scrollTo({ top: y, behavior: 'instant' });
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
})()`;
