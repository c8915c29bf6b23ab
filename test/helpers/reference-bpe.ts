/** Byte-pair encoding told the obvious way: find the best pair of the whole list, join it, begin again. */
export interface ReferenceBpe {
  readonly vocab: ReadonlyMap<string, number>;
  /** Pairs from first to last rank. */
  readonly merges: readonly (readonly [left: string, right: string])[];
}

/** The tokens of one piece. Characters outside the vocabulary are dropped, and their neighbours then meet. */
export function mergePiece(bpe: ReferenceBpe, piece: string): string[] {
  const ranks = new Map(bpe.merges.map(([left, right], rank) => [`${left} ${right}`, rank]));
  let tokens = Array.from(piece).filter((character) => bpe.vocab.has(character));
  for (;;) {
    let best = -1;
    let bestRank = Infinity;
    for (let i = 0; i + 1 < tokens.length; i++) {
      const rank = ranks.get(`${tokens[i] ?? ''} ${tokens[i + 1] ?? ''}`) ?? Infinity;
      if (rank < bestRank) [best, bestRank] = [i, rank];
    }
    if (best < 0) return tokens;
    const joined = (tokens[best] ?? '') + (tokens[best + 1] ?? '');
    tokens = [...tokens.slice(0, best), joined, ...tokens.slice(best + 2)];
  }
}

/** Ids of a text that is cut at white space. */
export function encodeWords(bpe: ReferenceBpe, text: string): number[] {
  return text
    .split(/\s+/u)
    .flatMap((word) => mergePiece(bpe, word))
    .map((token) => bpe.vocab.get(token) ?? -1);
}
