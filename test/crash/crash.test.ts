import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { writeSmallFamily } from '../helpers/small-family.js';
import { readSummary, withoutTimings } from '../helpers/summary.js';
import { killAndResume, type Kill, type Undisturbed } from './kill-and-resume.js';

/** SCALESWEEP_KILLS=200 asks for more, SCALESWEEP_KILL_SEED for other points. */
const KILLS = Number(process.env['SCALESWEEP_KILLS'] ?? 20);
const SEED = Number(process.env['SCALESWEEP_KILL_SEED'] ?? 1);
const KILLS_PER_RUN = 10;
/** Ten times what a kill takes on two free cores. */
const MS_PER_KILL = 60_000;

let root = '';
let args: readonly string[] = [];
let expected = '';
let undisturbed: Undisturbed;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'scalesweep-crash-'));
  const { family, tasks } = await writeSmallFamily(root);
  args = [
    '--family',
    family,
    '--task',
    tasks,
    '--device',
    'cpu',
    '--workers',
    '2',
    '--max-batch-tokens',
    '256',
  ];
  const directory = join(root, 'undisturbed');
  const startedAt = performance.now();
  const { code, stderr } = await runCli(['run', ...args, '--out', directory]);
  expect(stderr).toContain('0 failed');
  expect(code).toBe(0);
  const journalBytes = readFileSync(join(directory, 'journal.ndjson')).length;
  undisturbed = { elapsedMs: performance.now() - startedAt, journalBytes };
  expected = withoutTimings(readSummary(directory));
}, 120_000);

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

test.skipIf(process.platform !== 'linux')(
  `a run killed ${KILLS} times at random points and resumed comes to the summary of an undisturbed one`,
  async () => {
    const kills: Kill[] = [];
    for (let seed = SEED; kills.length < KILLS; seed++) {
      const directory = join(root, `killed-${seed}`);
      const run = await killAndResume({
        args,
        directory,
        seed,
        kills: Math.min(KILLS_PER_RUN, KILLS - kills.length),
        undisturbed,
      });
      const story = `seed ${seed}: ${JSON.stringify(run.kills)}\n${run.last.stderr}`;
      expect(run.orphans, story).toEqual([]);
      expect(run.last.code, story).toBe(0);
      expect(withoutTimings(readSummary(directory)), story).toBe(expected);
      rmSync(directory, { recursive: true });
      kills.push(...run.kills);
      process.stdout.write(`after seed ${seed}: ${describeKills(kills)}\n`);
    }
  },
  KILLS * MS_PER_KILL,
);

function describeKills(kills: readonly Kill[]): string {
  const count = (victim: Kill['victim']): number => kills.filter((kill) => kill.victim === victim).length;
  return `${kills.length} kills, ${count('engine')} of an engine, ${count('conductor')} of the conductor, ${count('everything')} of both`;
}
