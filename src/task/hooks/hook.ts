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
}

export type HookKind = keyof HookKinds;

/** The hooks of one family of tasks: for each field, functions by their Python name. */
export type FamilyHooks = {
  readonly [Kind in HookKind]?: Readonly<Record<string, HookKinds[Kind]>>;
};
