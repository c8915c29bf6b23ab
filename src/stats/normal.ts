/** Distribution function of the standard normal law, to 1e-7 absolutely (Abramowitz and Stegun 7.1.26 on erfc, one step finer). */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const terms = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ];
  const series = terms.reduceRight((sum, term) => term + t * sum, 0);
  const upper = (t * Math.exp(-x * x + series)) / 2;
  return z >= 0 ? 1 - upper : upper;
}

/** Two-sided p-value of a normal statistic. */
export function twoSidedP(z: number): number {
  return Math.min(1, 2 * normalCdf(-Math.abs(z)));
}
