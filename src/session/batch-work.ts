import type { PackedRows } from './packed-rows.js';
import type { Trees } from './trees.js';

/** One batch as a worker sees it: ids in, numbers out. */
export type BatchWork =
  | {
      readonly kind: 'score';
      readonly rows: PackedRows;
      /** The trees of the rows, where they are known already: all models of a family have the same. */
      readonly trees?: Trees;
      readonly maxBatchTokens: number;
    }
  | {
      readonly kind: 'generate';
      /** Ids of all prompts, one after the other, longest first. */
      readonly tokens: Uint32Array;
      readonly lengths: Uint32Array;
      readonly until: readonly string[];
      readonly maxNewTokens: number;
      /** Rows x (prompt and new tokens) that run together at most, as far as one row fits it. */
      readonly maxBatchTokens: number;
    };

export type ScoreWork = Extract<BatchWork, { kind: 'score' }>;
export type GenerateWork = Extract<BatchWork, { kind: 'generate' }>;

interface Cost {
  /** Ids fed at prefill, padding excluded. */
  readonly promptTokens: number;
  /** Rows x padded length computed at prefill. */
  readonly computedTokens: number;
}

/** Answers of a scoring batch, one entry a span. */
export interface ScoreAnswer extends Cost {
  readonly kind: 'score';
  /** Sums of log-probabilities over a span's targets, in nats. */
  readonly loglikelihoods: Float64Array;
  /** 1 where every target of the span came first. */
  readonly greedy: Uint8Array;
}

/** Answers of a generation batch, one entry a prompt. */
export interface GenerateAnswer extends Cost {
  readonly kind: 'generate';
  readonly generations: readonly Generation[];
}

export interface Generation {
  /** Cut at the first stop. */
  readonly text: string;
  /** Generated tokens, the stop token included. */
  readonly nTokens: number;
  readonly ended: 'stop' | 'length';
}

export type BatchAnswer = ScoreAnswer | GenerateAnswer;
