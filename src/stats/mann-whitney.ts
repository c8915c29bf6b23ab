/**
 * Two-sided p-value of the Mann-Whitney U test (Mann and Whitney 1947): whether values of one group tend to be larger
 * than the other's. Normal approximation with tie and continuity corrections, good from about eight values a group.
 */
export function mannWhitneyP(a: readonly number[], b: readonly number[]): number {
  const n = a.length + b.length;
  const pooled = [...a.map((value) => ({ value, isA: true })), ...b.map((value) => ({ value, isA: false }))];
  pooled.sort((x, y) => x.value - y.value);
  let rankSum = 0;
  let ties = 0;
  for (let start = 0; start < n;) {
    let end = start;
    while (end < n && pooled[end]?.value === pooled[start]?.value) end++;
    const count = end - start;
    const rank = (start + end + 1) / 2;
    for (let index = start; index < end; index++) if (pooled[index]?.isA === true) rankSum += rank;
    ties += count ** 3 - count;
    start = end;
  }
  const u = rankSum - (a.length * (a.length + 1)) / 2;
  const centre = (a.length * b.length) / 2;
  const variance = ((a.length * b.length) / 12) * (n + 1 - ties / (n * (n - 1)));
  if (!(variance > 0)) return 1;
  const z = Math.max(0, Math.abs(u - centre) - 0.5) / Math.sqrt(variance);
  return Math.min(1, 2 * upperTail(z));
}

/** P(Z > z) for z >= 0: Abramowitz and Stegun 26.2.17, error below 7.5e-8. */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  const terms = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  return density * terms.reduceRight((sum, term) => t * (term + sum), 0);
}
