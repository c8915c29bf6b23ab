import { split } from '../python/text.js';
import {
  countAll,
  countMatches,
  countPieces,
  ngrams,
  referencesOf,
  sumStatistics,
  type Counts,
  type Translation,
} from './translation.js';

const CHARACTER_ORDER = 6;
const BETA_SQUARED = 4;
const PUNCTUATION = new Set('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~');
const caches = new Map<number, WeakMap<Translation, readonly number[]>>();

/**
 * Corpus chrF2, 0 to 100 (Popović 2015), with sacrebleu's defaults: character n-grams up to 6 without blanks, and
 * word n-grams up to `wordOrder` (2 for chrF++).
 */
export function corpusChrf(items: readonly Translation[], options: { readonly wordOrder: number }): number {
  let cache = caches.get(options.wordOrder);
  if (cache === undefined) {
    cache = new WeakMap();
    caches.set(options.wordOrder, cache);
  }
  return fScore(sumStatistics(items, cache, (item) => statisticsOf(item, options.wordOrder)));
}

// Means of precision and recall over the orders that both corpora have, combined with recall weighing twice.
function fScore(statistics: readonly number[]): number {
  let [precision, recall, nOrders] = [0, 0, 0];
  for (let i = 0; i < statistics.length; i += 3) {
    const [nHypothesis = 0, nReference = 0, nMatches = 0] = statistics.slice(i, i + 3);
    if (nHypothesis === 0 || nReference === 0) continue;
    precision += nMatches / nHypothesis;
    recall += nMatches / nReference;
    nOrders += 1;
  }
  if (nOrders === 0 || precision + recall === 0) return 0;
  const [p, r] = [precision / nOrders, recall / nOrders];
  return (100 * ((1 + BETA_SQUARED) * p * r)) / (BETA_SQUARED * p + r);
}

// For every order: numbers of n-grams of the hypothesis and of the reference, and matches; of several references those of
// the one that scores best.
function statisticsOf(item: Translation, wordOrder: number): number[] {
  const hypothesis = allNgrams(item.prediction, wordOrder);
  const all = referencesOf(item).map((reference) => compare(hypothesis, allNgrams(reference, wordOrder)));
  return all.reduce((best, one) => (fScore(one) > fScore(best) ? one : best));
}

function compare(hypothesis: readonly Counts[], theirs: readonly Counts[]): number[] {
  return hypothesis.flatMap((ours, index) => {
    const reference = theirs[index] ?? new Map<string, number>();
    return [reference.size === 0 ? 0 : countAll(ours), countAll(reference), countMatches(ours, reference)];
  });
}

function allNgrams(text: string, wordOrder: number): Counts[] {
  const characters = Array.from(split(text).join(''));
  const words = split(text).flatMap(separatePunctuation);
  return [
    ...Array.from({ length: CHARACTER_ORDER }, (_, n) => countPieces(ngrams(characters, n + 1, ''))),
    ...Array.from({ length: wordOrder }, (_, n) => countPieces(ngrams(words, n + 1, ' '))),
  ];
}

// One mark at the end of a word, else one at its start.
function separatePunctuation(word: string): string[] {
  const characters = Array.from(word);
  if (characters.length === 1) return [word];
  const [first = ''] = characters;
  const last = characters.at(-1) ?? '';
  if (PUNCTUATION.has(last)) return [characters.slice(0, -1).join(''), last];
  return PUNCTUATION.has(first) ? [first, characters.slice(1).join('')] : [word];
}
