import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { writeSmallFamily } from '../helpers/small-family.js';
import { readSummary, withoutTimings } from '../helpers/summary.js';
import { killAndResume, type Kill, type Undisturbed } from './kill-and-resume.js';

/** SCALESWEEP_KILLS=200 asks for more, SCALESWEEP_KILL_SEED for other points. */
const KILLS = Number(process.env['SCALESWEEP_KILLS'] ?? 20);
const SEED = Number(process.env['SCALESWEEP_KILL_SEED'] ?? 1);
const KILLS_PER_RUN = 10;
/** Kills of a run whose workloads are asked in chunks of a few samples. */
const CHUNKED_KILLS = Math.ceil(KILLS / 4);
const CHUNK_REQUESTS = '20';
/** Ten times what a kill takes on two free cores. */
const MS_PER_KILL = 60_000;

let root = '';
let args: readonly string[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'scalesweep-crash-'));
  const { family, tasks } = await writeSmallFamily(root);
  const bounds = ['--device', 'cpu', '--workers', '2', '--max-batch-tokens', '256'];
  args = ['--family', family, '--task', tasks, ...bounds];
}, 120_000);

/** Runs to the end undisturbed: what all killed runs have to come to. */
async function undisturbedRun(name: string): Promise<Undisturbed & { readonly summary: string }> {
  const directory = join(root, `${name}-undisturbed`);
  const startedAt = performance.now();
  const { code, stderr } = await runCli(['run', ...args, '--out', directory]);
  expect(stderr).toContain('0 failed');
  expect(code).toBe(0);
  const journalBytes = readFileSync(join(directory, 'journal.ndjson')).length;
  const elapsedMs = performance.now() - startedAt;
  return { elapsedMs, journalBytes, summary: withoutTimings(readSummary(directory)) };
}

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

async function killAgainAndAgain(name: string, wanted: number): Promise<void> {
  const undisturbed = await undisturbedRun(name);
  const kills: Kill[] = [];
  for (let seed = SEED; kills.length < wanted; seed++) {
    const directory = join(root, `${name}-killed-${seed}`);
    const most = Math.min(KILLS_PER_RUN, wanted - kills.length);
    const run = await killAndResume({ args, directory, seed, kills: most, undisturbed });
    const story = `seed ${seed}: ${JSON.stringify(run.kills)}\n${run.last.stderr}`;
    expect(run.orphans, story).toEqual([]);
    expect(run.last.code, story).toBe(0);
    expect(withoutTimings(readSummary(directory)), story).toBe(undisturbed.summary);
    rmSync(directory, { recursive: true });
    kills.push(...run.kills);
    process.stdout.write(`after seed ${seed}: ${describeKills(kills)}\n`);
  }
}

test.skipIf(process.platform !== 'linux')(
  `a run killed ${KILLS} times at random points and resumed comes to the summary of an undisturbed one`,
  () => killAgainAndAgain('whole', KILLS),
  KILLS * MS_PER_KILL,
);

test.skipIf(process.platform !== 'linux')(
  `so does one whose workloads are asked in chunks, killed ${CHUNKED_KILLS} times`,
  async () => {
    vi.stubEnv('SCALESWEEP_CHUNK_REQUESTS', CHUNK_REQUESTS);
    await killAgainAndAgain('chunked', CHUNKED_KILLS).finally(() => vi.unstubAllEnvs());
  },
  CHUNKED_KILLS * MS_PER_KILL,
);

function describeKills(kills: readonly Kill[]): string {
  const count = (victim: Kill['victim']): number => kills.filter((kill) => kill.victim === victim).length;
  return `${kills.length} kills, ${count('engine')} of an engine, ${count('conductor')} of the conductor, ${count('everything')} of both`;
}
