import { SweepError } from '../errors.js';
import { f1OfPairs, matthewsOfPairs, type ClassPair } from './class-pairs.js';
import { packedNumbers, type RawItems } from './raw-column.js';
import type { RawScore } from './raw-score.js';
import { corpusBleu } from '../similarity/bleu.js';
import { corpusChrf } from '../similarity/chrf.js';
import { corpusTer } from '../similarity/ter.js';

/** An aggregation of raw scores into one number. */
export type Aggregation = (items: RawItems) => number;

/** lm-eval's aggregations by name. */
export const AGGREGATIONS: Readonly<Record<string, Aggregation>> = {
  mean: (items) => meanOf(numbersOf(items)),
  nanmean: (items) => meanOf(numbersOf(items).filter((value) => !Number.isNaN(value))),
  median: (items) => medianOf(numbersOf(items)),
  perplexity: (items) => Math.exp(-meanOf(numbersOf(items))),
  weighted_perplexity: (items) => Math.exp(-weightedMean(items)),
  bits_per_byte: (items) => -weightedMean(items) / Math.log(2),
  brier_score: (items) => meanOf(Float64Array.from(items, brierOf)),
  f1: (items) => f1OfPairs(pairsOf(items)),
  matthews_corrcoef: (items) => matthewsOfPairs(pairsOf(items)),
  bleu: (items) => corpusBleu(Array.from(items, textsOf)),
  chrf: (items) => corpusChrf(Array.from(items, textsOf), { wordOrder: 0 }),
  'chrf++': (items) => corpusChrf(Array.from(items, textsOf), { wordOrder: 2 }),
  ter: (items) => corpusTer(Array.from(items, textsOf)),
};

/** Raw scores as plain numbers: what they count for one document. Throws SweepError where one is none. */
export function numbersOf(items: RawItems): Float64Array {
  for (let index = 0; index < items.length; index += 1) {
    const item = items.at(index);
    if (item !== undefined && typeof item !== 'number') throw wrongScore('a number', item);
  }
  return packedNumbers(items);
}

// Left to right, as Python's sum.
function meanOf(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
}

function medianOf(values: Float64Array): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function weightedMean(items: RawItems): number {
  let loglikelihood = 0;
  let weight = 0;
  for (const item of items) {
    const one = weightedScore(item);
    loglikelihood += one.loglikelihood;
    weight += one.weight;
  }
  return loglikelihood / weight;
}

/** A raw score that is a weighted loglikelihood. Throws SweepError where it is another. */
export function weightedScore(item: RawScore): Extract<RawScore, { kind: 'weighted' }> {
  if (typeof item === 'number' || item.kind !== 'weighted')
    throw wrongScore('a weighted loglikelihood', item);
  return item;
}

/** Sum over the choices of (p - 1[right])^2, from 0 to 2. A negative index counts from the end, as in numpy. */
export function brierOf(item: RawScore): number {
  if (typeof item === 'number' || item.kind !== 'distribution') throw wrongScore('probabilities', item);
  const gold = item.gold < 0 ? item.probabilities.length + item.gold : item.gold;
  return item.probabilities.reduce((sum, p, index) => sum + (p - (index === gold ? 1 : 0)) ** 2, 0);
}

// Counted by class, so that a million documents of two classes are four pairs.
function pairsOf(items: RawItems): ClassPair[] {
  const pairs = new Map<string, { gold: number; predicted: number; count: number }>();
  for (const item of items) {
    if (typeof item === 'number' || item.kind !== 'classes') throw wrongScore('classes', item);
    const { gold, predicted } = item;
    const pair = pairs.get(`${gold} ${predicted}`);
    if (pair === undefined) pairs.set(`${gold} ${predicted}`, { gold, predicted, count: 1 });
    else pair.count += 1;
  }
  return [...pairs.values()];
}

function textsOf(item: RawScore): { readonly references: readonly string[]; readonly prediction: string } {
  if (typeof item === 'number' || item.kind !== 'texts') throw wrongScore('texts', item);
  return item;
}

function wrongScore(wanted: string, item: RawScore): SweepError {
  const got = typeof item === 'number' ? 'a number' : item.kind;
  return new SweepError(
    'BAD_METRIC',
    `Expected ${wanted} for every document to aggregate, got ${got}; check the aggregation of this metric.`,
  );
}
