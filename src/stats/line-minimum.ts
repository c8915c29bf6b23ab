const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Where a function of one variable is least: the best point of an ascending grid, refined between its neighbours by
 * golden section (Kiefer 1953) to 1e-12 of the bracket.
 */
export function minimizeOnLine(of: (x: number) => number, grid: readonly number[]): number {
  const values = grid.map(of);
  const best = values.indexOf(Math.min(...values));
  let low = grid[Math.max(0, best - 1)] as number;
  let high = grid[Math.min(grid.length - 1, best + 1)] as number;
  const width = 1e-12 * (high - low);
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let [atLeft, atRight] = [of(left), of(right)];
  while (high - low > width && left < right) {
    if (atLeft <= atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = of(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = of(right);
    }
  }
  return (low + high) / 2;
}

/** `count` points from `from` to `to`, each the same factor larger than the one before; both above 0. */
export function geometricGrid(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from * (to / from) ** (i / (count - 1)));
}
