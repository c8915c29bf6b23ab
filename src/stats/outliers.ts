import { median, medianAbsoluteDeviation, quantileSorted } from './moments.js';

/** How far the strangest values stand from the rest. Nothing is ever dropped for it. */
export interface Outliers {
  /** Beyond 1.5 interquartile ranges of the quartiles, up to 3 (Tukey). */
  readonly mild: number;
  /** Beyond 3 interquartile ranges. */
  readonly severe: number;
  /** Largest |value - median| / MAD (0 where all are alike). */
  readonly largestZ: number;
}

/** Counts Tukey's outliers and gives the largest modified Z. */
export function countOutliers(values: readonly number[]): Outliers {
  const sorted = Float64Array.from(values).sort();
  const [low, high] = [quantileSorted(sorted, 0.25), quantileSorted(sorted, 0.75)];
  const beyond = (factor: number): number =>
    values.filter((value) => value < low - factor * (high - low) || value > high + factor * (high - low))
      .length;
  const severe = beyond(3);
  const centre = median(values);
  const spread = medianAbsoluteDeviation(values);
  const largest = Math.max(...values.map((value) => Math.abs(value - centre)));
  return { mild: beyond(1.5) - severe, severe, largestZ: spread === 0 ? 0 : largest / spread };
}
