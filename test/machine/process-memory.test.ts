import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { peakRssBytes, processMemory, PssWatch } from '../../src/machine/process-memory.js';

test('resident and proportional memory come from smaps_rollup, null where there is none', () => {
  const root = mkdtempSync(join(tmpdir(), 'smaps-'));
  mkdirSync(join(root, '7'));
  writeFileSync(
    join(root, '7/smaps_rollup'),
    '00400000-7ffe ---p 00000000 00:00 0 [rollup]\nRss:  2048 kB\nPss:  512 kB\n',
  );
  expect(processMemory(7, root)).toEqual({ rssBytes: 2 ** 21, pssBytes: 2 ** 19 });
  expect(processMemory(8, root)).toBeNull();
  expect(peakRssBytes()).toBeGreaterThan(2 ** 24);
});

test('the watch keeps the highest, and looks the more seldom the more it costs', () => {
  let now = 0;
  const watch = new PssWatch(() => now);
  const seen: number[] = [];
  const look = (at: number, pssBytes: number, costMs = 0): void => {
    now = at;
    watch.look(() => {
      seen.push(at);
      now += costMs;
      return { rssBytes: 0, pssBytes };
    });
  };
  expect(watch.peakBytes).toBeNull();
  look(0, 5);
  look(500, 100);
  look(1000, 7, 10);
  look(2500, 100);
  look(4000, 6);
  expect(seen).toEqual([0, 1000, 4000]);
  expect(watch.peakBytes).toBe(7);
});
