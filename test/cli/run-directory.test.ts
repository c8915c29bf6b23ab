import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { runCli, startCli, type CliOptions } from '../helpers/cli.js';
import { writeSmallFamily, type SmallFamily } from '../helpers/small-family.js';
import { readSummary, withoutTimings } from '../helpers/summary.js';

const WRONG_REQUEST = 2;
const SOME_FAILED = 1;
const INTERRUPTED = 130;

let root = '';
let small: SmallFamily;
let expected = '';
let directory = '';
let directories = 0;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'scalesweep-run-'));
  small = await writeSmallFamily(root);
  directory = join(root, 'undisturbed');
  const { code, stderr } = await sweep();
  expect(stderr).toContain('0 failed');
  expect(code).toBe(0);
  expected = withoutTimings(readSummary(directory));
}, 60_000);

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

beforeEach(() => {
  directory = join(root, `run-${directories++}`);
});

function sweepArgs(extra: readonly string[] = []): readonly string[] {
  const base = [
    'run',
    '--family',
    small.family,
    '--task',
    small.tasks,
    '--out',
    directory,
    '--device',
    'cpu',
  ];
  return [...base, '--workers', '1', '--max-batch-tokens', '256', ...extra];
}

function sweep(extra: readonly string[] = [], options: CliOptions = {}) {
  return runCli(sweepArgs(extra), '', options);
}

function resume() {
  return runCli(['run', '--resume', '--out', directory]);
}

/** A run that ended in order, in the directory of this test. */
function copyFinishedRun(): void {
  cpSync(join(root, 'undisturbed'), directory, { recursive: true });
}

/** Waits until the journal of the run holds so many lines. */
async function untilJournalled(lines: number): Promise<void> {
  const count = (): number => {
    try {
      return readFileSync(join(directory, 'journal.ndjson'), 'utf8').split('\n').length - 1;
    } catch {
      return 0;
    }
  };
  while (count() < lines) await sleep(5);
}

test('one and two workers give the same metrics, byte for byte', async () => {
  await sweep(['--workers', '2']);
  const sameWorkers = (text: string): string => text.replaceAll(/"workers": \d+/g, '"workers": 0');
  expect(sameWorkers(withoutTimings(readSummary(directory)))).toBe(sameWorkers(expected));
}, 60_000);

test('Ctrl-C ends the run in order, says how to resume, and the resumed run comes to the same summary', async () => {
  const cli = startCli(sweepArgs());
  await untilJournalled(4);
  process.kill(-cli.pid, 'SIGINT'); // to the whole group, as a terminal does
  const { code, stderr } = await cli.result;
  expect(code).toBe(INTERRUPTED);
  expect(stderr).toContain(`scalesweep run --resume --out ${directory}`);
  expect(stderr).not.toMatch(/\n\s+at |defect/);
  expect((await resume()).code).toBe(0);
  expect(withoutTimings(readSummary(directory))).toBe(expected);
}, 60_000);

test('a second run in the same directory is refused while the first lives, and the first is not disturbed', async () => {
  const first = startCli(sweepArgs());
  await untilJournalled(2);
  process.kill(first.pid, 'SIGSTOP'); // or it might have ended before the second has started
  const second = await resume();
  process.kill(first.pid, 'SIGCONT');
  expect(second).toMatchObject({ code: WRONG_REQUEST, stdout: '' });
  expect(second.stderr).toContain(`process ${first.pid}`);
  expect((await first.result).code).toBe(0);
  expect(withoutTimings(readSummary(directory))).toBe(expected);
}, 60_000);

test('a finished run is not begun again in its directory, and the message names --resume', async () => {
  copyFinishedRun();
  const again = await sweep();
  expect(again.code).toBe(WRONG_REQUEST);
  expect(again.stderr).toMatch(/--resume/);
}, 60_000);

test('resuming a finished run changes nothing', async () => {
  copyFinishedRun();
  const before = readFileSync(join(directory, 'journal.ndjson'), 'utf8');
  expect((await resume()).code).toBe(0);
  expect(readFileSync(join(directory, 'journal.ndjson'), 'utf8')).toBe(before);
  expect(withoutTimings(readSummary(directory))).toBe(expected);
}, 60_000);

test.skipIf(process.platform !== 'linux')(
  'a file that may not grow while journalling ends the run in order; with room it is resumed',
  async () => {
    const journalBytes = readFileSync(join(root, 'undisturbed', 'journal.ndjson')).length;
    const blocks = Math.ceil(journalBytes / 2 / 1024);
    const { code, stderr } = await sweep([], { shell: `ulimit -f ${blocks}` });
    expect(stderr).toMatch(/Expected to append to .*journal\.ndjson.*--resume/);
    expect(stderr).not.toMatch(/\n\s+at |defect/);
    expect(code).toBe(SOME_FAILED);
    expect((await resume()).code).toBe(0);
    expect(withoutTimings(readSummary(directory))).toBe(expected);
  },
  60_000,
);

test.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
  'a full disk ends the run in order and says so; with room it is resumed',
  async ({ skip }) => {
    const disk = join(root, 'disk');
    mkdirSync(disk);
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'scalesweep-test', disk]);
    if (mount.status !== 0) skip('no file system can be mounted here');
    try {
      directory = join(disk, 'run');
      const { code, stderr } = await sweep();
      expect(stderr).toMatch(/Expected to append to .*journal\.ndjson, but the disk is full.*--resume/);
      expect(stderr).not.toMatch(/\n\s+at |defect/);
      expect(code).toBe(SOME_FAILED);
      spawnSync('mount', ['-o', 'remount,size=10m', disk]);
      expect((await resume()).code).toBe(0);
      expect(withoutTimings(readSummary(directory))).toBe(expected);
    } finally {
      spawnSync('umount', ['-l', disk]);
    }
  },
  60_000,
);

test('a directory that cannot be made is named with --out', async () => {
  writeFileSync(join(root, 'a-file'), '');
  directory = join(root, 'a-file', 'run');
  const { code, stderr } = await sweep();
  expect(code).toBe(WRONG_REQUEST);
  expect(stderr).toMatch(/a-file.*--out/);
});

test('resuming where no run is says what was looked for', async () => {
  mkdirSync(directory);
  const { code, stderr } = await resume();
  expect(code).toBe(WRONG_REQUEST);
  expect(stderr).toMatch(/sweep\.json/);
});

test.skipIf(process.getuid?.() === 0)('a run directory that may not be read is named', async () => {
  copyFinishedRun();
  chmodSync(directory, 0o000);
  const { code, stderr } = await resume();
  chmodSync(directory, 0o755);
  expect(code).toBe(WRONG_REQUEST);
  expect(stderr).toContain(directory);
});

test('a journal that cannot be read is named', async () => {
  copyFinishedRun();
  const path = join(directory, 'journal.ndjson');
  rmSync(path);
  mkdirSync(path);
  const { code, stdout, stderr } = await resume();
  expect({ code, stdout }).toEqual({ code: WRONG_REQUEST, stdout: '' });
  expect(stderr).toContain(path);
  expect(stderr).not.toMatch(/\n\s+at |defect/);
});

test('a sweep.json that was damaged is named', async () => {
  copyFinishedRun();
  writeFileSync(join(directory, 'sweep.json'), '{"schema": ');
  const { code, stderr } = await resume();
  expect(code).toBe(WRONG_REQUEST);
  expect(stderr).toMatch(/sweep\.json.*JSON/);
}, 60_000);

test('damage in the middle of a journal is named by line, and nothing is overwritten', async () => {
  copyFinishedRun();
  const path = join(directory, 'journal.ndjson');
  const lines = readFileSync(path, 'utf8').split('\n');
  lines[2] = (lines[2] ?? '').replace(/\d/, 'x');
  const damaged = lines.join('\n');
  writeFileSync(path, damaged);
  const { code, stderr } = await resume();
  expect(code).toBe(WRONG_REQUEST);
  expect(stderr).toMatch(/journal\.ndjson.*3|3.*journal\.ndjson/);
  expect(readFileSync(path, 'utf8')).toBe(damaged);
}, 60_000);
