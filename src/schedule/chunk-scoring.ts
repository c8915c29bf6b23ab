import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MetricValue, ScoreColumns } from '../domain/metric.js';
import type { Response } from '../domain/request.js';
import type { Sample, Workload } from '../domain/task.js';
import type { Answers } from '../journal/answers.js';
import { answersOfSample } from '../journal/sample-answers.js';
import { samplesOf, type Chunk } from '../plan/chunks.js';

/** Turns the answers to a workload, sample by sample and in order, into scores. */
export interface TrialScorer {
  add(sample: Sample, responses: readonly Response[]): void;
  finish(): TrialScores | Promise<TrialScores>;
}

export interface TrialScores {
  readonly scores: ScoreColumns;
  readonly metrics: Readonly<Record<string, MetricValue>>;
}

/** Longest stretch of scoring, in ms, before other work of this thread has its turn. */
const TURN_MS = 20;

/** Scores a trial chunk by chunk while later chunks are asked; answers that are scored are forgotten. */
export class ChunkScoring<W extends Workload> {
  readonly #workload: W;
  readonly #answers: Answers;
  readonly #open: (workload: W) => TrialScorer;
  #scorer: TrialScorer | null = null;
  #nextChunk = 0;
  #nextRequest = 0;
  #scored: Promise<void> = Promise.resolve();

  constructor(workload: W, answers: Answers, open: (workload: W) => TrialScorer) {
    this.#workload = workload;
    this.#answers = answers;
    this.#open = open;
  }

  /** All answers to the next chunk are there; a chunk that was taken before is passed over. */
  take(chunk: Chunk): void {
    if (chunk.number < this.#nextChunk) return;
    this.#nextChunk = chunk.number + 1;
    this.#scored = this.#scored.then(() => this.#score(chunk));
    this.#scored.catch(() => undefined); // finish() tells
  }

  /** The scores of all chunks. Rejects with what scoring threw. */
  async finish(): Promise<TrialScores> {
    await this.#scored;
    this.#scorer ??= this.#open(this.#workload);
    return await this.#scorer.finish();
  }

  async #score(chunk: Chunk): Promise<void> {
    this.#scorer ??= this.#open(this.#workload);
    let pauseAt = performance.now() + TURN_MS;
    for (const sample of samplesOf(this.#workload.samples, chunk)) {
      this.#scorer.add(sample, answersOfSample(sample, this.#nextRequest, this.#answers));
      this.#nextRequest += sample.requests.length;
      if (performance.now() < pauseAt) continue;
      await nextTurn();
      pauseAt = performance.now() + TURN_MS;
    }
    this.#answers.forgetBefore(this.#nextRequest);
  }
}
