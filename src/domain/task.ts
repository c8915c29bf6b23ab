import type { TextRequest } from './request.js';

export type OutputType = 'multiple_choice' | 'loglikelihood' | 'loglikelihood_rolling' | 'generate_until';

export interface MetricSpec {
  /** The metric's key in summaries: `acc`, or `exact_match,flexible` where a filter other than `none` made it. */
  readonly name: string;
  readonly higherIsBetter: boolean;
  /** The value of a model that guesses, where the task defines one. */
  readonly chance: number | null;
}

/** A data set with its rendering and metrics, as loaded from a task file. */
export interface Task {
  readonly name: string;
  readonly alias: string | null;
  readonly version: string;
  readonly outputType: OutputType;
  /** The file that defined it. */
  readonly source: string;
  /** sha256 (hex) over the resolved definition and its data files: what changes an answer changes the digest. */
  readonly digest: string;
  readonly tags: readonly string[];
  /** Shots when the sweep does not say. */
  readonly defaultShots: number;
  readonly metrics: readonly MetricSpec[];
  /** The data set of the hub that it is about, at one commit; null or nothing for local files. */
  readonly dataset?: DatasetOrigin | null;
}

/** A data set of the hub: enough to get the same bytes again. */
export interface DatasetOrigin {
  readonly name: string;
  readonly config: string;
  /** The commit. */
  readonly revision: string;
}

/** One item of a task with its requests (lm-eval's doc). */
export interface Sample {
  /** Position in the evaluated split, from 0. */
  readonly docId: number;
  readonly doc: Readonly<Record<string, unknown>>;
  readonly requests: readonly TextRequest[];
}

/** Samples in order, in memory or on disk: an array is one. */
export interface SampleList extends Iterable<Sample> {
  readonly length: number;
  at(index: number): Sample | undefined;
}

/** The samples of one task at one number of shots, ready to be asked. `Definition` is the loader's own view of the task. */
export interface Workload<Definition extends Task = Task> {
  /** sha256 (hex) over every request in order: equal ids mean equal questions. */
  readonly id: string;
  readonly task: Definition;
  readonly shots: number;
  readonly samples: SampleList;
}
