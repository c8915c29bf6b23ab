/** A generated text with its references, of which the nearest counts as each measure says it; none is an empty one. */
export interface Translation {
  readonly references: readonly string[];
  readonly prediction: string;
}

/** Counts of pieces in a text. */
export type Counts = ReadonlyMap<string, number>;

/** Counts equal pieces. */
export function countPieces(pieces: Iterable<string>): Counts {
  const counts = new Map<string, number>();
  for (const piece of pieces) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  return counts;
}

/** Runs of `n` neighbours, joined by `separator`. */
export function ngrams(tokens: readonly string[], n: number, separator: string): string[] {
  return Array.from({ length: Math.max(0, tokens.length - n + 1) }, (_, start) =>
    tokens.slice(start, start + n).join(separator),
  );
}

/** How many pieces two texts share, each at most as often as it stands in both. */
export function countMatches(hypothesis: Counts, reference: Counts): number {
  let matches = 0;
  for (const [piece, count] of hypothesis) matches += Math.min(count, reference.get(piece) ?? 0);
  return matches;
}

/** The references of a text: at least one. */
export function referencesOf({ references }: Translation): readonly string[] {
  return references.length === 0 ? [''] : references;
}

/** Number of pieces. */
export function countAll(counts: Counts): number {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
}

/**
 * Sums statistics of single texts over a corpus. They are kept by text, because a bootstrap asks for the same ones
 * a hundred times.
 */
export function sumStatistics(
  items: readonly Translation[],
  cache: WeakMap<Translation, readonly number[]>,
  statisticsOf: (item: Translation) => readonly number[],
): number[] {
  const totals: number[] = [];
  for (const item of items) {
    let statistics = cache.get(item);
    if (statistics === undefined) {
      statistics = statisticsOf(item);
      cache.set(item, statistics);
    }
    statistics.forEach((value, index) => {
      totals[index] = (totals[index] ?? 0) + value;
    });
  }
  return totals;
}
