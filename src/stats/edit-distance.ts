/** The least number of insertions, deletions and replacements that turn one sequence into the other. */
export function editDistance<T>(from: readonly T[], to: readonly T[]): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  from.forEach((item, row) => {
    const current = [row + 1];
    to.forEach((other, column) => {
      const replaced = (previous[column] ?? 0) + (item === other ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    });
    previous = current;
  });
  return previous[to.length] ?? 0;
}
