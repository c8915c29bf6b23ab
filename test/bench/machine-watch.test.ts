import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import {
  addCounters,
  countersBetween,
  readMachineCounters,
  reasonsToDoubt,
} from '../../src/bench/machine-watch.js';
import { quiet } from './make-points.js';

function machineWith(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'machine-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

test('counters are read from where Linux keeps them', () => {
  const root = machineWith({
    'proc/stat': 'cpu  100 10 50 1000 5 2 3 7 0 0\ncpu0 1 1 1 1\n',
    'proc/vmstat': 'pgpgin 1\npswpin 4\npswpout 5\n',
    'sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count': '2\n',
    'sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count': '3\n',
  });
  expect(readMachineCounters([], root)).toMatchObject({
    busyMs: 1650,
    stolenMs: 70,
    swappedPages: 9,
    throttles: 5,
  });
});

test('what a machine does not count is null, also in differences and sums', () => {
  const nothing = readMachineCounters([], machineWith({}));
  expect(nothing).toMatchObject({ busyMs: null, swappedPages: null, throttles: null });
  expect(countersBetween(nothing, quiet(10)).busyMs).toBeNull();
  expect(addCounters(quiet(10), quiet(20))).toMatchObject({ busyMs: 30, atMs: 30 });
});

test('foreign load, stolen time, swapping and throttling are told', () => {
  const cores = availableParallelism();
  expect(reasonsToDoubt(quiet(1000))).toEqual([]);
  const busy = { ...quiet(1000), busyMs: 1000 * cores, ownMs: 100 * cores };
  expect(reasonsToDoubt(busy)[0]).toMatch(/other processes took \d+% of the processors/);
  const bad = { ...quiet(1000), stolenMs: 500 * cores, swappedPages: 3, throttles: 1 };
  expect(reasonsToDoubt(bad)).toEqual([
    'the hypervisor took 50%',
    '3 pages were swapped',
    'the processor was throttled 1 times',
  ]);
});
