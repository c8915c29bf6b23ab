import { rstrip, split } from '../python/text.js';
import {
  countMatches,
  countPieces,
  ngrams,
  referencesOf,
  sumStatistics,
  type Counts,
  type Translation,
} from './translation.js';

const MAX_ORDER = 4;
const cache = new WeakMap<Translation, readonly number[]>();

/** Corpus BLEU, 0 to 100: sacrebleu's corpus_bleu with its defaults (13a tokens, exponential smoothing; Post 2018). */
export function corpusBleu(items: readonly Translation[]): number {
  return bleuOf(sumStatistics(items, cache, (item) => statisticsOf(item, tokenize13a)));
}

/** BLEU of one text, 0 to 100, over sacrebleu's international tokens (punctuation and symbols of all scripts). */
export function sentenceBleu(item: Translation): number {
  return bleuOf(statisticsOf(item, tokenizeInternational));
}

function bleuOf(totals: readonly number[]): number {
  const [hypothesisLength = 0, referenceLength = 0] = totals;
  const correct = totals.slice(2, 2 + MAX_ORDER);
  const total = totals.slice(2 + MAX_ORDER);
  if (correct.every((count) => count === 0)) return 0;
  const penalty = hypothesisLength < referenceLength ? Math.exp(1 - referenceLength / hypothesisLength) : 1;
  const precisions = smoothedPrecisions(correct, total);
  const logs = precisions.reduce((sum, p) => sum + (p === 0 ? -9_999_999_999 : Math.log(p)), 0);
  return penalty * Math.exp(logs / MAX_ORDER);
}

// An order without matches counts half of the one before it without matches.
function smoothedPrecisions(correct: readonly number[], total: readonly number[]): number[] {
  const precisions = Array.from({ length: MAX_ORDER }, () => 0);
  let smooth = 1;
  for (let n = 0; n < MAX_ORDER; n += 1) {
    const [hits = 0, all = 0] = [correct[n], total[n]];
    if (all === 0) break;
    if (hits === 0) smooth *= 2;
    precisions[n] = hits === 0 ? 100 / (smooth * all) : (100 * hits) / all;
  }
  return precisions;
}

// Lengths of both texts, then matches and numbers of 1- to 4-grams. An n-gram may match as often as it stands in any of
// the references, and the length is that of the reference nearest in length.
function statisticsOf(item: Translation, tokenize: (text: string) => string[]): number[] {
  const hypothesis = tokenize(item.prediction);
  const references = referencesOf(item).map(tokenize);
  const correct: number[] = [];
  const total: number[] = [];
  for (let n = 1; n <= MAX_ORDER; n += 1) {
    const ours = ngrams(hypothesis, n, ' ');
    const theirs = references.map((reference) => countPieces(ngrams(reference, n, ' ')));
    correct.push(countMatches(countPieces(ours), mostOfEach(theirs)));
    total.push(ours.length);
  }
  return [hypothesis.length, nearestLength(references, hypothesis.length), ...correct, ...total];
}

function mostOfEach([first = new Map<string, number>(), ...others]: readonly Counts[]): Counts {
  if (others.length === 0) return first;
  const most = new Map(first);
  for (const counts of others)
    for (const [piece, count] of counts) most.set(piece, Math.max(count, most.get(piece) ?? 0));
  return most;
}

// The shorter one where two are equally near.
function nearestLength(references: readonly (readonly string[])[], length: number): number {
  const lengths = references.map((reference) => reference.length).toSorted((a, b) => a - b);
  return lengths.reduce((best, one) => (Math.abs(one - length) < Math.abs(best - length) ? one : best));
}

/** The tokens of mteval-v13a, as WMT cuts them. */
function tokenize13a(text: string): string[] {
  let line = rstrip(text).replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' ');
  for (const [entity, character] of ENTITIES) line = line.replaceAll(entity, character);
  const spaced = ` ${line} `
    .replace(/([{-~[-` -&(-+:-@/])/g, ' $1 ')
    .replace(/([^0-9])([.,])/gu, '$1 $2 ')
    .replace(/([.,])([^0-9])/gu, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ');
  return split(spaced);
}

const ENTITIES = [
  ['&quot;', '"'],
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
] as const;

function tokenizeInternational(text: string): string[] {
  return split(
    rstrip(text)
      .replace(/(\P{N})(\p{P})/gu, '$1 $2 ')
      .replace(/(\p{P})(\P{N})/gu, ' $1 $2')
      .replace(/(\p{S})/gu, ' $1 '),
  );
}
