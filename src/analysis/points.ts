/** The score of one sample at one point of a curve. */
export interface ItemScore {
  /** Names the sample; the same name at another scale is the same sample. */
  readonly item: string | number;
  /** Samples of one cluster (one passage, several questions) share their luck. */
  readonly cluster?: string | number;
  readonly value: number;
}

/** One model on one task: a point of a curve. Several seeds of one scale are several points. */
export interface CurvePoint {
  /** Name of the scale, as the family calls it. */
  readonly scale: string;
  readonly nParams: number;
  readonly nParamsNonEmbedding?: number | null;
  readonly trainingTokens: number | null;
  /** Distinct training examples of the task, on a data axis. */
  readonly distinctExamples?: number | null;
  /** Held-out bits per byte, where it was measured. */
  readonly bitsPerByte?: number | null;
  readonly seed: number | null;
  readonly value: number;
  /** Standard error of `value`; null where only `n` is known. */
  readonly stderr: number | null;
  /** Samples; null where only `stderr` is known. */
  readonly n: number | null;
  /** The value of a model that guesses; null where the task defines none. */
  readonly chance: number | null;
  readonly items?: readonly ItemScore[];
}

/** What a curve is drawn against. FLOPs are 6 N D (Kaplan et al. 2020, section 2.1). */
export const AXES = ['parameters', 'non-embedding', 'tokens', 'flops', 'bits-per-byte', 'examples'] as const;
export type Axis = (typeof AXES)[number];

/** One metric of one task at one number of shots, over the scales of one family. */
export interface CurveInput {
  readonly family: string;
  readonly task: string;
  readonly shots: number;
  readonly metric: string;
  readonly axis: Axis;
  readonly higherIsBetter: boolean;
  readonly points: readonly CurvePoint[];
  /** What was done to the data on the way in, in sentences; it reaches the reader with the curve. */
  readonly remarks?: readonly string[];
}

/** Where a point stands on an axis, or null where it does not say. Bits per byte fall as models improve. */
export function axisValue(point: CurvePoint, axis: Axis): number | null {
  const nonEmbedding = point.nParamsNonEmbedding ?? null;
  switch (axis) {
    case 'parameters':
      return point.nParams;
    case 'non-embedding':
      return nonEmbedding;
    case 'tokens':
      return point.trainingTokens;
    case 'flops':
      return point.trainingTokens === null
        ? null
        : 6 * (nonEmbedding ?? point.nParams) * point.trainingTokens;
    case 'examples':
      return point.distinctExamples ?? null;
    case 'bits-per-byte':
      return point.bitsPerByte ?? null;
  }
}

/** Of every task at every number of shots only the metric that it is judged by, which comes first. */
export function firstMetrics(inputs: readonly CurveInput[]): CurveInput[] {
  const seen = new Set<string>();
  return inputs.filter(({ family, task, shots }) => {
    const key = JSON.stringify([family, task, shots]);
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  });
}
