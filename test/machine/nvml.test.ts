import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { openNvmlGpus } from '../../src/machine/nvml.js';
import { compileFakeNvml } from '../helpers/fake-nvml.js';

const library = compileFakeNvml();
const energyFile = join(mkdtempSync(join(tmpdir(), 'nvml-')), 'energy');
const NVML = new URL('../../dist/machine/nvml.js', import.meta.url).href;

/** What a process sees whose environment is read by the library itself. */
function seenBy(script: string, env: Record<string, string>): unknown {
  const source = `import { openNvmlGpus } from ${JSON.stringify(NVML)}; const gpus = openNvmlGpus(${JSON.stringify(library)});
    const write = (text) => require('node:fs').writeFileSync(${JSON.stringify(energyFile)}, text);
    import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);
    console.log(JSON.stringify((() => { ${script} })()));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', source], {
    env: { ...process.env, FAKE_NVML_ENERGY: energyFile, ...env },
  });
  return JSON.parse(output.toString('utf8'));
}

test('a machine without the library has no GPUs of NVIDIA', () => {
  expect(openNvmlGpus('libthere-is-none.so.1')).toEqual([]);
});

test.runIf(library !== null)('state and settings are read in bytes, watts and shares', () => {
  writeFileSync(energyFile, '5000\n');
  const seen = seenBy(
    'return gpus.map((gpu) => ({ ...gpu, state: gpu.state(), settings: gpu.settings() }))',
    {},
  );
  expect(seen).toEqual([
    {
      index: 0,
      name: 'NVIDIA H100 80GB HBM3',
      uuid: 'GPU-fake',
      energy: { source: 'nvml' },
      state: {
        utilization: 0.87,
        watts: 350.5,
        usedBytes: 10 * 2 ** 30,
        temperatureC: 61,
        smClockMhz: 1755,
        throttleBits: 0,
        processes: [
          { pid: 1234, usedBytes: 2 ** 31 },
          { pid: 5678, usedBytes: null },
        ],
      },
      settings: { persistenceMode: true, powerLimitWatts: 700, maxSmClockMhz: 1980 },
    },
  ]);
});

test.runIf(library !== null)('energy is joules since the counter was opened, above 32 bits too', () => {
  writeFileSync(energyFile, '5000000000\n');
  expect(seenBy("write('5000002500'); return gpus[0].energy.joules()", {})).toBe(2.5);
});

test.runIf(library !== null)('slowed-down clocks are told, an idle GPU is not', () => {
  expect(seenBy('return gpus[0].state().throttleBits', { FAKE_NVML_THROTTLE: '0x61' })).toBe(0x60);
});

test.runIf(library !== null)(
  'without an energy counter there is none, and a library that does not start has no GPUs',
  () => {
    expect(seenBy('return gpus[0].energy', { FAKE_NVML_ENERGY: '/nowhere' })).toBeNull();
    expect(seenBy('return gpus', { FAKE_NVML_BROKEN: '1' })).toEqual([]);
  },
);
