/** p-values corrected for the false discovery rate (Benjamini and Hochberg 1995), in the order given. */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => (p[b] as number) - (p[a] as number));
  const q = p.map(() => 1);
  let least = 1;
  order.forEach((index, rank) => {
    least = Math.min(least, ((p[index] as number) * p.length) / (p.length - rank));
    q[index] = least;
  });
  return q;
}

/** p-values corrected for the chance of any false call (Holm 1979), in the order given. */
export function holm(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => (p[a] as number) - (p[b] as number));
  const corrected = p.map(() => 1);
  let most = 0;
  order.forEach((index, rank) => {
    most = Math.max(most, Math.min(1, (p[index] as number) * (p.length - rank)));
    corrected[index] = most;
  });
  return corrected;
}
