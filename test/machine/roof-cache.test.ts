import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { factsFile, keepMachineFacts, readMachineFacts, roofFor } from '../../src/machine/roof-cache.js';

const roof = (threads: number, flopsPerSecond: number) => ({
  device: 'cpu',
  threads,
  flopsPerSecond,
  bytesPerSecond: 1,
});

test('facts are kept by machine, the newest of a device and its threads', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'facts-')), 'deep/machine.json');
  expect(readMachineFacts('a', file)).toEqual({ roofs: [], idleWatts: {} });
  keepMachineFacts('a', { roofs: [roof(1, 10), roof(2, 20)], idleWatts: { cpu: 5 } }, file);
  keepMachineFacts('b', { roofs: [roof(1, 99)], idleWatts: {} }, file);
  keepMachineFacts('a', { roofs: [roof(2, 21)], idleWatts: { 'cuda:0': 70 } }, file);
  const facts = readMachineFacts('a', file);
  expect(roofFor(facts, 'cpu', 1)?.flopsPerSecond).toBe(10);
  expect(roofFor(facts, 'cpu', 2)?.flopsPerSecond).toBe(21);
  expect(roofFor(facts, 'webgpu', 1)).toBeNull();
  expect(facts.idleWatts).toEqual({ cpu: 5, 'cuda:0': 70 });
});

test('a damaged file is as good as none, and one that cannot be written does no harm', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'facts-')), 'machine.json');
  writeFileSync(file, '{');
  expect(readMachineFacts('a', file).roofs).toEqual([]);
  expect(() =>
    keepMachineFacts('a', { roofs: [], idleWatts: {} }, join(file, 'below/a/file.json')),
  ).not.toThrow();
});

test('the file lies where the environment says', () => {
  expect(factsFile({ SCALESWEEP_CACHE: '/c' })).toBe(join('/c', 'machine.json'));
  expect(factsFile({ XDG_CACHE_HOME: '/x' })).toBe(join('/x', 'scalesweep', 'machine.json'));
});
