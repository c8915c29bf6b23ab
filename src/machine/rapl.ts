import { join } from 'node:path';
import type { EnergyCounter } from './energy-counter.js';
import { namesIn, systemFile } from './system-files.js';

interface Domain {
  readonly file: string;
  /** The counter starts again from 0 behind this many microjoules. */
  readonly rangeUj: number;
  lastUj: number;
}

/**
 * Energy of the processor packages by RAPL (Linux powercap, documented in Documentation/power/powercap/powercap.rst of the
 * kernel): microjoules in counters that wrap around within minutes to hours. Null where none can be read; often only root may.
 */
export function openRapl(directory = '/sys/class/powercap'): EnergyCounter | null {
  const domains = namesIn(directory)
    // Packages only: the zones within them (core, dram) and the whole board (psys) would count the same energy again.
    .filter((name) => /^(intel|amd)-rapl:\d+$/.test(name))
    .filter((name) => (systemFile(join(directory, name, 'name')) ?? 'package').startsWith('package'))
    .map((name) => openDomain(join(directory, name)))
    .filter((domain) => domain !== null);
  if (domains.length === 0) return null;
  let totalUj = 0;
  return {
    source: 'rapl',
    joules() {
      for (const domain of domains) totalUj += advance(domain);
      return totalUj / 1e6;
    },
  };
}

function openDomain(directory: string): Domain | null {
  const file = join(directory, 'energy_uj');
  const lastUj = numberIn(file);
  if (lastUj === null) return null;
  const rangeUj = numberIn(join(directory, 'max_energy_range_uj')) ?? 2 ** 32;
  return { file, rangeUj, lastUj };
}

/** Microjoules since the reading before, across one turn of the counter. */
function advance(domain: Domain): number {
  const now = numberIn(domain.file) ?? domain.lastUj;
  const used = now >= domain.lastUj ? now - domain.lastUj : now + domain.rangeUj - domain.lastUj;
  domain.lastUj = now;
  return used;
}

function numberIn(file: string): number | null {
  const text = systemFile(file);
  return text === null || !/^\d+\s*$/.test(text) ? null : Number(text);
}
