import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSmallFamily } from './helpers/small-family.js';

const ROOT = resolve(import.meta.dirname, '..');
const MAX_MEBIBYTES = 40;

let consumer = '';
let packed: { filename: string; unpackedSize: number; files: { path: string }[] };

/** Packs the package and installs the tarball into an empty project, beside links to the dependencies that are here. */
beforeAll(() => {
  consumer = mkdtempSync(join(tmpdir(), 'scalesweep-package-'));
  const answer = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', consumer], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const answers = JSON.parse(answer) as (typeof packed)[] | Record<string, typeof packed>;
  const [first] = Object.values(answers);
  if (first === undefined) throw new Error(`npm pack answered ${answer}`);
  packed = first;
  const modules = join(consumer, 'node_modules');
  const target = join(modules, 'scalesweep');
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', join(consumer, packed.filename), '--strip-components=1', '-C', target]);
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  cpSync(
    join(ROOT, 'build', 'Release', 'tokenizer.node'),
    join(target, 'build', 'Release', 'tokenizer.node'),
  );
}, 120_000);

afterAll(() => {
  rmSync(consumer, { recursive: true, force: true });
});

const paths = (): string[] => packed.files.map(({ path }) => path);

function runModule(code: string): string {
  const file = join(consumer, 'consumer.mjs');
  writeFileSync(file, code);
  return execFileSync(process.execPath, [file], { cwd: consumer, encoding: 'utf8' });
}

test('the tarball holds what runs and builds, and nothing else', () => {
  expect(paths()).toEqual(
    expect.arrayContaining([
      'dist/cli/main.js',
      'dist/index.js',
      'dist/index.d.ts',
      'binding.gyp',
      'README.md',
    ]),
  );
  const foreign = paths().filter((path) =>
    /^(src|test|bench|docs|build|runs)\/|__pycache__|\.pyc$/.test(path),
  );
  expect(foreign).toEqual([]);
});

test('the tarball holds every source of the addon, which is not built here once more', () => {
  const sources = readdirSync(join(ROOT, 'native')).filter((name) => /\.(cc|h|inc|mjs)$/.test(name));
  expect(sources.length).toBeGreaterThan(1);
  expect(paths()).toEqual(expect.arrayContaining(sources.map((name) => `native/${name}`)));
});

test('the tarball stays small enough for a registry', () => {
  expect(packed.unpackedSize / 2 ** 20).toBeLessThan(MAX_MEBIBYTES);
});

test('the library can be imported by name, with the exports that it declares', () => {
  const names = runModule("console.log(Object.keys(await import('scalesweep')).join(' '))").trim().split(' ');
  expect(names.length).toBeGreaterThan(0);
  expect(names).toContain('SweepError');
});

test('nothing but the declared exports can be imported', () => {
  const answer = runModule(
    "console.log(await import('scalesweep/dist/errors.js').catch((error) => error.code))",
  );
  expect(answer.trim()).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
});

test('the command line of the package sweeps a family', async () => {
  const { family, tasks } = await writeSmallFamily(consumer, { widths: [32], samples: 4 });
  const { version, bin } = JSON.parse(
    readFileSync(join(consumer, 'node_modules/scalesweep/package.json'), 'utf8'),
  ) as { version: string; bin: { scalesweep: string } };
  const main = join(consumer, 'node_modules/scalesweep', bin.scalesweep);
  const cli = (...args: string[]): string =>
    execFileSync(process.execPath, [main, ...args], { cwd: consumer, encoding: 'utf8', stdio: 'pipe' });
  expect(cli('--version').trim()).toBe(version);
  cli('run', '--family', family, '--task', tasks, '--device', 'cpu', '--out', join(consumer, 'run'));
  const summary = JSON.parse(readFileSync(join(consumer, 'run', 'summary.json'), 'utf8')) as {
    trials: { state: string }[];
  };
  expect(summary.trials.map(({ state }) => state)).toEqual(Array(4).fill('completed'));
  expect(dirname(main)).toContain(consumer);
}, 60_000);
