import type { Precision } from './model.js';

/** Hash of everything that changes a trial's answers; the journal and resume know trials by it. */
export type TrialKey = string;

/** One cell of a sweep: one model at one precision on one task at one number of shots. */
export interface Trial {
  readonly key: TrialKey;
  readonly family: string;
  readonly model: string;
  readonly nParams: number;
  readonly task: string;
  readonly shots: number;
  readonly precision: Precision;
  /** Where the plan sends it: `cpu`, `webgpu`, `cuda:0`. */
  readonly device: string;
}
