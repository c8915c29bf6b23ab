import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLiveServer } from '../../src/report/live-server.js';
import { reportPage } from '../../src/report/html/page.js';
import { bareReport } from '../../src/report/report-data.js';
import { readVegaSource } from '../../src/report/vega-source.js';
import { examplePage } from '../helpers/example-report.js';
import { findChromium, NO_CHROMIUM } from '../helpers/find-chromium.js';
import { openBrowser, openPage } from '../helpers/open-browser.js';

describe.skipIf(findChromium() === null)(`the live page in a browser (skipped where ${NO_CHROMIUM})`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);
  afterAll(() => browser?.close());

  test('a page that was empty stays at its top as results come in', async () => {
    let page = await reportPage(bareReport('empty', []), await readVegaSource());
    const server = await openLiveServer(() => Promise.resolve(page));
    const { page: tab, complaints } = await openPage(browser, server.url, {
      viewport: { width: 1280, height: 900 },
    });
    page = await examplePage('filled');
    server.changed();
    await expect.poll(() => tab.title()).toBe('filled');
    expect(await tab.evaluate('scrollY')).toBe(0);
    expect(complaints).toEqual([]);
    await tab.context().close();
    await server.close();
  });

  test('a newer version is taken in without loading again; choices, folds, focus and place stay', async () => {
    let page = await examplePage('first');
    const server = await openLiveServer(() => Promise.resolve(page));
    const {
      page: tab,
      complaints,
      requests,
    } = await openPage(browser, server.url, {
      viewport: { width: 1280, height: 900 },
      reducedMotion: 'reduce',
    });
    await tab.evaluate('window.untouched = true');
    await tab.locator('button[data-show="emergent"]').click();
    await tab.locator('#axis').selectOption('non-embedding');
    const shown = await tab.evaluate('document.documentElement.dataset.shown');
    await tab.locator('summary', { hasText: 'cue' }).first().click();
    await tab.locator('#log').focus();
    const before = await tab.locator('#log').boundingBox();

    page = await examplePage('second');
    server.changed();
    await expect.poll(() => tab.title()).toBe('second');
    expect(await tab.locator('h1').textContent()).toBe('second');
    expect(await tab.evaluate('window.untouched')).toBe(true);
    expect(await tab.evaluate('document.documentElement.dataset.shown')).toBe(shown);
    expect(await tab.locator('#axis').inputValue()).toBe('non-embedding');
    expect(await tab.locator('details.task', { hasText: 'cue' }).first().getAttribute('open')).toBe('');
    expect(await tab.evaluate('document.activeElement.id')).toBe('log');
    expect((await tab.locator('#log').boundingBox())?.y).toBeCloseTo(before?.y ?? 0, -1);
    await expect
      .poll(() => tab.locator('figure[data-chart="overview"] svg').textContent())
      .toContain('without embeddings');

    await tab.evaluate('scrollTo(0, 0)');
    page = await examplePage('third');
    server.changed();
    await expect.poll(() => tab.title()).toBe('third');
    expect(await tab.evaluate('scrollY')).toBe(0);

    await server.close();
    await expect.poll(() => tab.evaluate('document.documentElement.dataset.live')).toBe('ended');
    expect(complaints).toEqual([]);
    expect(new Set(requests.map((url) => new URL(url).pathname))).toEqual(new Set(['/', '/events']));
    await tab.context().close();
  });
});
