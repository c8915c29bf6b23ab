import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from '../../src/stats/random.js';
import { startCli, type CliProcess, type CliResult } from '../helpers/cli.js';
import { childrenOf, isRunning } from '../helpers/processes.js';

/** What is known of an undisturbed run: kills are aimed within it. */
export interface Undisturbed {
  readonly elapsedMs: number;
  readonly journalBytes: number;
}

export interface KillPlan {
  /** Arguments of a fresh run, `--out` left out. */
  readonly args: readonly string[];
  readonly directory: string;
  readonly seed: number;
  /** At most so many kills before the run is left to end by itself. */
  readonly kills: number;
  readonly undisturbed: Undisturbed;
}

/** One kill. */
export interface Kill {
  readonly victim: 'conductor' | 'engine' | 'everything';
  /** Size of the journal just after. */
  readonly journalBytes: number;
}

export interface KilledRun {
  readonly kills: readonly Kill[];
  readonly last: CliResult;
  /** Processes of killed conductors that were still there two seconds later. */
  readonly orphans: readonly number[];
}

const POLL_MS = 2;
/** The rest is aimed by the size of the journal, and cannot miss. */
const SHARE_BY_TIME = 0.3;
const ORPHAN_GRACE_MS = 2000;
const DEADLY: readonly Kill['victim'][] = ['conductor', 'everything'];
const VICTIMS: readonly Kill['victim'][] = ['engine', ...DEADLY];

/**
 * Starts a run, kills it at random points again and again, resuming whenever the conductor died, and lets it end at last.
 * A conductor loses its engine once at most: a batch that ends two engines fails its trial, as it should.
 */
export async function killAndResume(plan: KillPlan): Promise<KilledRun> {
  const random = createRandom(plan.seed);
  const kills: Kill[] = [];
  const orphans: number[] = [];
  let cli = start(plan);
  let victims: readonly Kill['victim'][] = VICTIMS;
  while (kills.length < plan.kills && (await isDue(cli, aim(random, plan)))) {
    const engines = childrenOf(cli.pid);
    const victim = victims[random.integer(victims.length)] ?? 'conductor';
    if (!strike(victim, cli.pid, engines)) continue;
    kills.push({ victim, journalBytes: sizeOf(journalOf(plan)) });
    victims = DEADLY;
    if (victim === 'engine') continue;
    await cli.result;
    orphans.push(...(await survivorsOf(engines)));
    cli = start(plan);
    victims = VICTIMS;
  }
  return { kills, last: await cli.result, orphans };
}

/** A run that died before it had a sweep.json is begun again, as its user would. */
function start({ args, directory }: KillPlan): CliProcess {
  const begun = sizeOf(join(directory, 'sweep.json')) > 0;
  return startCli(begun ? ['run', '--resume', '--out', directory] : ['run', ...args, '--out', directory]);
}

interface Aim {
  /** `performance.now()` at which to strike at the latest. */
  readonly deadline: number;
  readonly journal: string;
  /** Size of the journal at which to strike. */
  readonly bytes: number;
}

/** A random point of what is left: of the time, or of the journal, which has more points where much happens. */
function aim(random: Random, plan: KillPlan): Aim {
  const { elapsedMs, journalBytes } = plan.undisturbed;
  const byTime = random.next() < SHARE_BY_TIME;
  const share = random.next();
  const journal = journalOf(plan);
  const written = sizeOf(journal);
  const left = Math.max(0, journalBytes - written);
  return {
    deadline: performance.now() + elapsedMs * (byTime ? share : 2),
    journal,
    bytes: byTime ? Number.POSITIVE_INFINITY : written + 1 + share * left,
  };
}

/** Waits for the point aimed at; false where the run has ended before. */
async function isDue(cli: CliProcess, { deadline, journal, bytes }: Aim): Promise<boolean> {
  while (isRunning(cli.pid)) {
    if (performance.now() >= deadline || sizeOf(journal) >= bytes) return true;
    await sleep(POLL_MS);
  }
  return false;
}

const journalOf = ({ directory }: KillPlan): string => join(directory, 'journal.ndjson');

/** True where somebody was hit. An engine's death is the conductor's to mend: it goes on. */
function strike(victim: Kill['victim'], conductor: number, engines: readonly number[]): boolean {
  if (victim === 'engine') return engines.map(killQuietly).some(Boolean);
  if (victim === 'everything') engines.forEach(killQuietly);
  return killQuietly(conductor);
}

function killQuietly(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

/** Engines end by themselves when their conductor is gone. */
async function survivorsOf(pids: readonly number[]): Promise<readonly number[]> {
  const deadline = performance.now() + ORPHAN_GRACE_MS;
  while (pids.some(isRunning) && performance.now() < deadline) await sleep(POLL_MS);
  return pids.filter(isRunning);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
