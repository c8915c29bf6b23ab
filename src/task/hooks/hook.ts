import type { PyDict, PyValue } from '../../python/value.js';

/** What a `process_results` hook gets for a document: the filtered answers in the order of its requests. */
export type HookResult =
  string | readonly [loglikelihood: number, isGreedy: boolean] | number | readonly string[];

/** The functions that task files may name with `!function`, by the field they stand in. */
export interface HookKinds {
  readonly process_docs: (docs: readonly PyDict[]) => PyDict[];
  readonly doc_to_text: (doc: PyDict) => string | number;
  readonly doc_to_target: (doc: PyDict) => PyValue;
  readonly doc_to_choice: (doc: PyDict) => readonly PyValue[];
  readonly process_results: (
    doc: PyDict,
    results: readonly HookResult[],
  ) => Readonly<Record<string, unknown>>;
  readonly samples: () => readonly PyDict[];
  readonly aggregation: (items: readonly unknown[]) => number;
  /** The right answers of a document as texts, where doc_to_target does not give them; named as process_results. */
  readonly golds: (doc: PyDict) => readonly string[];
  /** A metric of one generated answer; what it gives is kept for the aggregation. */
  readonly metric: (prediction: PyValue, reference: PyValue) => unknown;
  /** A filter of all answers to one request. */
  readonly filter: (
    answers: readonly PyValue[],
    doc: PyDict,
    options: Readonly<Record<string, unknown>>,
  ) => PyValue;
}

export type HookKind = keyof HookKinds;

/** The hooks of one family of tasks: for each field, functions by their Python name. */
export type FamilyHooks = {
  readonly [Kind in HookKind]?: Readonly<Record<string, HookKinds[Kind]>>;
};
