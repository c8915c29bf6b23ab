import type { Engine, TrialJob } from '../domain/engine.js';
import type { TextRequest } from '../domain/request.js';
import { digestOfValue } from '../files/digest.js';
import { probeText } from './probe-requests.js';
import { openEngine } from './open-engine.js';

/** A model to be timed, and what its sessions may take. */
export interface CalibrationSubject {
  readonly job: Pick<TrialJob, 'modelFile' | 'modelDirectory' | 'tokenizerFile'>;
  readonly nParams: number;
  readonly cores: number;
  /** Sessions side by side that memory holds. */
  readonly maxSessions: number;
}

// A batch should take about a tenth of a second on a core of 50 GFLOP/s, and hold a row at least.
const BATCH_FLOPS = 0.1 * 50e9;
const [FEWEST_TOKENS, MOST_TOKENS] = [64, 1024];
const BATCHES_A_SESSION = 2;
const ROW_WORDS = 30;

/**
 * Intra-op threads with which a model gives the most tokens a second on the CPU, all cores at work: many sessions of one thread, a
 * few of several, or one of all. Every way answers the same batches, once to warm up and once timed. Takes seconds.
 */
export async function calibrateThreads(subject: CalibrationSubject): Promise<number> {
  const { cores, maxSessions } = subject;
  const engine = await openEngine({ device: 'cpu', workers: cores });
  try {
    let best = { threads: cores, elapsedMs: Infinity };
    for (const threads of threadCounts(cores)) {
      if (Math.floor(cores / threads) > maxSessions) continue;
      await timeBatches(engine, subject, threads);
      const elapsedMs = await timeBatches(engine, subject, threads);
      if (elapsedMs < best.elapsedMs) best = { threads, elapsedMs };
    }
    return best.threads;
  } finally {
    engine.kill();
  }
}

/** 1, 2, 4 ... and all cores. */
export function threadCounts(cores: number): number[] {
  const counts: number[] = [];
  for (let threads = 1; threads < cores; threads *= 2) counts.push(threads);
  return [...counts, cores];
}

async function timeBatches(
  engine: Engine,
  { job, nParams, cores }: CalibrationSubject,
  threads: number,
): Promise<number> {
  const wanted = BATCH_FLOPS / (2 * nParams);
  const maxBatchTokens = Math.round(Math.min(MOST_TOKENS, Math.max(FEWEST_TOKENS, wanted)));
  const rows = Math.ceil((BATCHES_A_SESSION * cores * maxBatchTokens) / ROW_WORDS);
  const requests = Array.from({ length: rows }, (_, row): TextRequest => ({
    kind: 'loglikelihood_rolling',
    text: `${row} ${probeText(row, ROW_WORDS)}`,
  }));
  const trial: TrialJob = {
    ...job,
    key: `calibration of ${threads}`,
    workloadId: digestOfValue(requests),
    requests,
    threads,
    maxBatchTokens,
    finishedBatches: new Set(),
  };
  const started = performance.now();
  await engine.runTrial(trial, { onLayout: () => undefined, onBatch: () => undefined });
  return performance.now() - started;
}
