import { countMatches, countPieces, ngrams } from './translation.js';

/** F-measures of ROUGE, 0 to 1. */
export interface RougeScores {
  readonly rouge1: number;
  readonly rouge2: number;
  readonly rougeLsum: number;
}

/**
 * ROUGE-1, ROUGE-2 and summary-level ROUGE-L (Lin 2004) of a text against one reference, as the rouge_score package
 * counts them without a stemmer: words of a-z and 0-9 in lower case, sentences told apart by newlines.
 */
export function rougeScores(reference: string, prediction: string): RougeScores {
  const [wanted, said] = [tokenize(reference), tokenize(prediction)];
  return {
    rouge1: ngramScore(wanted, said, 1),
    rouge2: ngramScore(wanted, said, 2),
    rougeLsum: summaryScore(sentences(reference), sentences(prediction)),
  };
}

function tokenize(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

function sentences(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(tokenize);
}

function ngramScore(wanted: readonly string[], said: readonly string[], n: number): number {
  const [ours, theirs] = [ngrams(said, n, ' '), ngrams(wanted, n, ' ')];
  const hits = countMatches(countPieces(ours), countPieces(theirs));
  return fMeasure(hits / Math.max(ours.length, 1), hits / Math.max(theirs.length, 1));
}

function fMeasure(precision: number, recall: number): number {
  return precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
}

// Every word of the union of longest common subsequences counts while both texts still have one of it.
function summaryScore(wanted: readonly string[][], said: readonly string[][]): number {
  const [nWanted, nSaid] = [wanted.flat().length, said.flat().length];
  if (nWanted === 0 || nSaid === 0) return 0;
  const leftWanted = new Map(countPieces(wanted.flat()));
  const leftSaid = new Map(countPieces(said.flat()));
  let hits = 0;
  for (const sentence of wanted) {
    const union = new Set(said.flatMap((other) => commonPositions(sentence, other)));
    for (const position of [...union].sort((a, b) => a - b)) {
      const word = sentence[position] ?? '';
      const [inWanted, inSaid] = [leftWanted.get(word) ?? 0, leftSaid.get(word) ?? 0];
      if (inWanted === 0 || inSaid === 0) continue;
      hits += 1;
      leftWanted.set(word, inWanted - 1);
      leftSaid.set(word, inSaid - 1);
    }
  }
  return fMeasure(hits / nSaid, hits / nWanted);
}

/** Positions in `sentence` of one longest common subsequence; of several, the one that the package's walk finds. */
function commonPositions(sentence: readonly string[], other: readonly string[]): number[] {
  const table = Array.from({ length: sentence.length + 1 }, () => new Uint32Array(other.length + 1));
  const at = (row: number, column: number): number => table[row]?.[column] ?? 0;
  for (let i = 1; i <= sentence.length; i += 1) {
    const row = table[i] ?? new Uint32Array();
    for (let j = 1; j <= other.length; j += 1) {
      row[j] = sentence[i - 1] === other[j - 1] ? at(i - 1, j - 1) + 1 : Math.max(at(i - 1, j), at(i, j - 1));
    }
  }
  const positions: number[] = [];
  for (let i = sentence.length, j = other.length; i > 0 && j > 0;) {
    if (sentence[i - 1] === other[j - 1]) {
      positions.unshift(i - 1);
      i -= 1;
      j -= 1;
    } else if (at(i, j - 1) > at(i - 1, j)) j -= 1;
    else i -= 1;
  }
  return positions;
}
