import type { PyValue } from '../python/value.js';

/** What a metric keeps of one document until all documents are aggregated. */
export type RawScore =
  | number
  /** A loglikelihood with the words or bytes it is spread over. */
  | { readonly kind: 'weighted'; readonly loglikelihood: number; readonly weight: number }
  /** The right and the predicted class. */
  | { readonly kind: 'classes'; readonly gold: number; readonly predicted: number }
  /** Probabilities of the choices, and the right one. */
  | { readonly kind: 'distribution'; readonly gold: number; readonly probabilities: readonly number[] }
  /** What a function of the task wants to aggregate itself. */
  | { readonly kind: 'values'; readonly values: readonly PyValue[] }
  /** Reference texts and the generated one. */
  | { readonly kind: 'texts'; readonly references: readonly string[]; readonly prediction: string };

/** The raw scores of one document by metric. */
export type RawScores = Readonly<Record<string, RawScore>>;
