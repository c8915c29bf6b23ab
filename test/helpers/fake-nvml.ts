import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SOURCE = resolve(import.meta.dirname, '../fixtures/machine/fake_nvml.c');

/** A shared library that plays NVIDIA's management library, compiled now; null where there is no C compiler. */
export function compileFakeNvml(): string | null {
  if (process.platform !== 'linux' || spawnSync('cc', ['--version']).status !== 0) return null;
  const file = join(mkdtempSync(join(tmpdir(), 'nvml-')), 'libfake-nvml.so');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', file, SOURCE]);
  return file;
}
