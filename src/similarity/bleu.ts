import { rstrip, split } from '../python/text.js';
import { countMatches, countPieces, ngrams, sumStatistics, type Translation } from './translation.js';

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

// Lengths of both texts, then matches and numbers of 1- to 4-grams.
function statisticsOf(
  { references, prediction }: Translation,
  tokenize: (text: string) => string[],
): number[] {
  const hypothesis = tokenize(prediction);
  const reference = tokenize(references[0] ?? '');
  const orders = [1, 2, 3, 4];
  const counts = orders.map((n) => [ngrams(hypothesis, n, ' '), ngrams(reference, n, ' ')] as const);
  const correct = counts.map(([ours, theirs]) => countMatches(countPieces(ours), countPieces(theirs)));
  return [hypothesis.length, reference.length, ...correct, ...counts.map(([ours]) => ours.length)];
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
