import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openRapl } from '../../src/machine/rapl.js';

function powercap(zones: Record<string, { name: string; uj: string; range?: string }>): string {
  const directory = mkdtempSync(join(tmpdir(), 'powercap-'));
  for (const [zone, { name, uj, range = '1000000' }] of Object.entries(zones)) {
    mkdirSync(join(directory, zone));
    writeFileSync(join(directory, zone, 'name'), `${name}\n`);
    writeFileSync(join(directory, zone, 'energy_uj'), `${uj}\n`);
    writeFileSync(join(directory, zone, 'max_energy_range_uj'), `${range}\n`);
  }
  return directory;
}

test('packages are added; what lies within them and the whole board are not counted again', () => {
  const directory = powercap({
    'intel-rapl:0': { name: 'package-0', uj: '100000' },
    'intel-rapl:1': { name: 'package-1', uj: '200000' },
    'intel-rapl:0:0': { name: 'core', uj: '5' },
    'intel-rapl:2': { name: 'psys', uj: '7' },
  });
  const counter = openRapl(directory);
  writeFileSync(join(directory, 'intel-rapl:0/energy_uj'), '400000');
  writeFileSync(join(directory, 'intel-rapl:1/energy_uj'), '250000');
  writeFileSync(join(directory, 'intel-rapl:2/energy_uj'), '900000');
  expect(counter?.joules()).toBeCloseTo(0.35, 9);
});

test('a counter that wraps around goes on, again and again', () => {
  const directory = powercap({ 'intel-rapl:0': { name: 'package-0', uj: '900000' } });
  const counter = openRapl(directory);
  const at = (uj: number): number | undefined => {
    writeFileSync(join(directory, 'intel-rapl:0/energy_uj'), String(uj));
    return counter?.joules();
  };
  expect(at(950_000)).toBeCloseTo(0.05, 9);
  expect(at(50_000)).toBeCloseTo(0.15, 9);
  expect(at(40_000)).toBeCloseTo(1.14, 9);
});

test('where nothing can be read there is no counter', () => {
  expect(openRapl('/nowhere')).toBeNull();
  expect(openRapl(powercap({ 'intel-rapl:0': { name: 'package-0', uj: 'secret' } }))).toBeNull();
});
