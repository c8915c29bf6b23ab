import type { BatchResult, Engine, TrialHandlers, TrialLayout, TrialTelemetry } from '../domain/engine.js';
import type { JournalRecord } from '../domain/record.js';
import { TrialError } from '../errors.js';
import { costOf } from '../journal/batch-line.js';
import type { TrialProgress } from '../journal/recover.js';
import { requestsOf, type Chunk } from '../plan/chunks.js';
import type { PlannedTrial } from '../plan/plan.js';
import { mergeTelemetry } from './merge-telemetry.js';
import type { Turnstile } from './turnstile.js';

/** Who asks, and what is known so far. */
export interface ChunkRun {
  readonly planned: PlannedTrial;
  readonly progress: TrialProgress;
  readonly engine: Engine;
  /** Chunks of large workloads that the engine holds at a time, whichever trial they belong to. */
  readonly turnstile: Turnstile;
}

/** Who is told. */
export interface ChunkPorts {
  readonly append: (record: JournalRecord) => Promise<void>;
  readonly onBatch: (batch: BatchResult) => void;
  /** All answers to a chunk are durable; told in the order of chunks. */
  readonly onChunk: (chunk: Chunk) => void;
}

/**
 * Asks what is left of a trial, chunk by chunk: the next one is laid out while the one before is at work. Batches and requests
 * are numbered on through all chunks. Rejects with the first error of any of them.
 */
export async function runChunks(run: ChunkRun, ports: ChunkPorts): Promise<TrialTelemetry> {
  return await new ChunkRunner(run, ports).run();
}

class ChunkRunner {
  readonly #run: ChunkRun;
  readonly #ports: ChunkPorts;
  readonly #telemetries: TrialTelemetry[] = [];
  #failure: Error | null = null;

  constructor(run: ChunkRun, ports: ChunkPorts) {
    this.#run = run;
    this.#ports = ports;
  }

  async run(): Promise<TrialTelemetry> {
    const startedAt = performance.now();
    const { chunks } = this.#run.planned;
    let done: Promise<void> = Promise.resolve();
    let firstBatch = 0;
    for (const chunk of chunks) {
      const leave = chunks.length > 1 ? await this.#run.turnstile.enter() : () => undefined;
      const asked = this.#failure === null ? this.#ask(chunk, firstBatch) : null;
      done = this.#settle(chunk, { ended: asked?.ended, before: done, leave });
      firstBatch += (await asked?.laidOut)?.nBatches ?? 0;
    }
    await done;
    if (this.#failure !== null) throw this.#failure;
    return mergeTelemetry(this.#telemetries, performance.now() - startedAt);
  }

  /** Waits for a chunk and for all before it; never rejects. */
  async #settle(
    chunk: Chunk,
    on: { ended: Promise<void> | undefined; before: Promise<void>; leave: () => void },
  ): Promise<void> {
    try {
      await on.ended;
    } catch (error) {
      this.#failure ??= error as Error;
    }
    on.leave();
    await on.before;
    if (this.#failure === null) this.#ports.onChunk(chunk);
  }

  /** Asks a chunk, unless all of it is there. `laidOut` gives null where it ended without a layout. */
  #ask(chunk: Chunk, firstBatch: number): { laidOut: Promise<TrialLayout | null>; ended: Promise<void> } {
    const { planned, progress } = this.#run;
    const known = progress.layouts.get(chunk.number);
    const finished = finishedOf(progress, firstBatch, known?.nBatches ?? 0);
    const isLast = chunk === planned.chunks.at(-1);
    if (known !== undefined && finished.size === known.nBatches && !isLast)
      return { laidOut: Promise.resolve(known), ended: Promise.resolve() };
    let tell: (layout: TrialLayout | null) => void = () => undefined;
    const laidOut = new Promise<TrialLayout | null>((resolve) => (tell = resolve));
    const ended = this.#answer(chunk, { firstBatch, finished, onLayout: tell });
    ended.then(
      () => tell(null),
      () => tell(null),
    );
    return { laidOut, ended };
  }

  /** Resolves when all answers to a chunk are durable. */
  async #answer(
    chunk: Chunk,
    given: { firstBatch: number; finished: ReadonlySet<number>; onLayout: (layout: TrialLayout) => void },
  ): Promise<void> {
    const { planned, progress, engine } = this.#run;
    const appends: Promise<void>[] = [];
    const keep = (record: JournalRecord): void => {
      const append = this.#ports.append(record);
      append.catch(() => undefined); // awaited below: a rejection before that must not end the process
      appends.push(append);
    };
    const { maxPartTokens = planned.job.maxBatchTokens } = progress;
    const isPiece = planned.chunks.length > 1;
    const suffix = isPiece ? `:${chunk.number}` : '';
    const job = {
      ...planned.job,
      key: planned.job.key + suffix,
      workloadId: planned.job.workloadId + suffix,
      requests: requestsOf(planned.workload, chunk),
      isPiece,
      maxPartTokens,
      finishedBatches: given.finished,
    };
    this.#telemetries.push(await engine.runTrial(job, this.#handlers(chunk, { ...given, keep })));
    await Promise.all(appends);
  }

  #handlers(
    chunk: Chunk,
    given: {
      firstBatch: number;
      onLayout: (layout: TrialLayout) => void;
      keep: (record: JournalRecord) => void;
    },
  ): TrialHandlers {
    const { planned, progress } = this.#run;
    const trial = planned.trial.key;
    const { keep } = given;
    return {
      onLayout: (layout) => {
        const known = progress.layouts.get(chunk.number);
        checkLayout(planned, known, layout);
        const which = chunk.number === 0 ? {} : { chunk: chunk.number };
        if (known === undefined) keep({ type: 'layout', trial, ...which, ...layout });
        progress.layouts.set(chunk.number, layout);
        given.onLayout(layout);
      },
      onBatch: (answered) => {
        if (this.#failure !== null) throw this.#failure; // the trial is lost: the engine may drop this chunk
        const batch = numberedOn(answered, { firstBatch: given.firstBatch, chunk });
        if (progress.batches.has(batch.index)) return;
        progress.batches.set(batch.index, costOf(batch));
        progress.answers.add(batch);
        keep({ type: 'batch', trial, batch });
        this.#ports.onBatch(batch);
      },
      onBound: (maxPartTokens) => {
        progress.maxPartTokens = maxPartTokens;
        keep({ type: 'bound', trial, maxPartTokens });
      },
    };
  }
}

/** Batches of a chunk that are there, by their numbers in the chunk. */
function finishedOf({ batches }: TrialProgress, firstBatch: number, nBatches: number): ReadonlySet<number> {
  const all = Array.from({ length: nBatches }, (_, index) => index);
  return new Set(all.filter((index) => batches.has(firstBatch + index)));
}

/** A chunk's batch by the numbers of the whole trial. */
function numberedOn(
  batch: BatchResult,
  { firstBatch, chunk: { firstRequest } }: { firstBatch: number; chunk: Chunk },
): BatchResult {
  if (firstBatch === 0 && firstRequest === 0) return batch;
  const requests = batch.requests.map((request) => firstRequest + request);
  return { ...batch, index: firstBatch + batch.index, requests };
}

function checkLayout(planned: PlannedTrial, known: TrialLayout | undefined, layout: TrialLayout): void {
  if (known === undefined || known.digest === layout.digest) return;
  throw new TrialError(
    'LAYOUT_CHANGED',
    `Expected ${planned.trial.model} on ${planned.trial.task} to be cut into the journalled batches, but this version ` +
      `of scalesweep cuts it otherwise: resume the run with the version that began it`,
  );
}
