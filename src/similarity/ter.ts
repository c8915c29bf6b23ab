import { rstrip, split } from '../python/text.js';
import { referencesOf, sumStatistics, type Translation } from './translation.js';
import { alignWords, type Alignment } from './word-alignment.js';

// The limits of Tercom and of sacrebleu, which shape the result on long texts.
const MAX_SHIFT_SIZE = 10;
const MAX_SHIFT_DISTANCE = 50;
const MAX_CANDIDATES = 1000;

const cache = new WeakMap<Translation, readonly number[]>();

/** Corpus translation edit rate in percent, 0 is best (Snover 2006): sacrebleu's corpus_ter with its defaults. */
export function corpusTer(items: readonly Translation[]): number {
  const [edits = 0, length = 0] = sumStatistics(items, cache, statisticsOf);
  if (length === 0) return edits > 0 ? 100 : 0;
  return (100 * edits) / length;
}

// The fewest edits to any of the references, and the mean of their lengths.
function statisticsOf(item: Translation): number[] {
  const references = referencesOf(item).map(wordsOf);
  const hypothesis = wordsOf(item.prediction);
  const edits = Math.min(...references.map((reference) => countEdits(hypothesis, reference)));
  return [edits, references.reduce((sum, { length }) => sum + length, 0) / references.length];
}

function wordsOf(text: string): string[] {
  return split(rstrip(text).toLowerCase());
}

/** Shifts of runs of words, while they help, plus the edits that remain. */
function countEdits(hypothesis: readonly string[], reference: readonly string[]): number {
  if (reference.length === 0) return hypothesis.length;
  let words = hypothesis;
  let nShifts = 0;
  let nChecked = 0;
  for (;;) {
    const alignment = alignWords(words, reference);
    const found = bestShift(words, reference, { alignment, nChecked });
    nChecked = found.nChecked;
    if (nChecked >= MAX_CANDIDATES || found.gain <= 0) return nShifts + alignment.distance;
    nShifts += 1;
    words = found.words;
  }
}

interface Shift {
  readonly gain: number;
  readonly length: number;
  readonly start: number;
  readonly target: number;
  readonly words: readonly string[];
}

interface Search {
  readonly alignment: Alignment;
  readonly nChecked: number;
}

function bestShift(
  words: readonly string[],
  reference: readonly string[],
  search: Search,
): { gain: number; words: readonly string[]; nChecked: number } {
  const { alignment } = search;
  let { nChecked } = search;
  let best: Shift | null = null;
  for (const pair of sharedRuns(words, reference)) {
    if (!isWorthShifting(pair, alignment)) continue;
    for (const target of targetsOf(pair, alignment)) {
      const shifted = moveRun(words, pair, target);
      const gain = alignment.distance - alignWords(shifted, reference).distance;
      const candidate = { gain, length: pair.length, start: pair.inHypothesis, target, words: shifted };
      nChecked += 1;
      if (best === null || isBetter(candidate, best)) best = candidate;
    }
    if (nChecked >= MAX_CANDIDATES) break;
  }
  return best === null ? { gain: 0, words, nChecked } : { gain: best.gain, words: best.words, nChecked };
}

// Higher gain, then longer run, then earlier start, then earlier target, then the words themselves.
function isBetter(a: Shift, b: Shift): boolean {
  if (a.gain !== b.gain) return a.gain > b.gain;
  if (a.length !== b.length) return a.length > b.length;
  if (a.start !== b.start) return a.start < b.start;
  if (a.target !== b.target) return a.target < b.target;
  const index = a.words.findIndex((word, at) => word !== b.words[at]);
  return index !== -1 && (a.words[index] ?? '') > (b.words[index] ?? '');
}

interface Run {
  readonly inHypothesis: number;
  readonly inReference: number;
  readonly length: number;
}

function* sharedRuns(words: readonly string[], reference: readonly string[]): Generator<Run> {
  for (let h = 0; h < words.length; h += 1) {
    for (let r = 0; r < reference.length; r += 1) {
      if (Math.abs(r - h) > MAX_SHIFT_DISTANCE) continue;
      for (let length = 0; length < MAX_SHIFT_SIZE && words[h + length] === reference[r + length];) {
        length += 1;
        yield { inHypothesis: h, inReference: r, length };
        if (h + length === words.length || r + length === reference.length) break;
      }
    }
  }
}

// Both places must hold an error, and the run must not move within itself.
function isWorthShifting({ inHypothesis, inReference, length }: Run, alignment: Alignment): boolean {
  const hasError = (errors: readonly boolean[], start: number): boolean =>
    errors.slice(start, start + length).includes(true);
  if (!hasError(alignment.hypothesisErrors, inHypothesis)) return false;
  if (!hasError(alignment.referenceErrors, inReference)) return false;
  const place = alignment.positions[inReference] ?? -1;
  return place < inHypothesis || place >= inHypothesis + length;
}

function* targetsOf({ inReference, length }: Run, alignment: Alignment): Generator<number> {
  let previous = -1;
  for (let offset = -1; offset < length; offset += 1) {
    const at = inReference + offset;
    const position = at === -1 ? -1 : alignment.positions[at];
    if (position === undefined) return;
    const target = position + 1;
    if (target === previous) continue;
    previous = target;
    yield target;
  }
}

function moveRun(words: readonly string[], { inHypothesis: start, length }: Run, target: number): string[] {
  const run = words.slice(start, start + length);
  if (target < start)
    return [...words.slice(0, target), ...run, ...words.slice(target, start), ...words.slice(start + length)];
  const end = target > start + length ? target : length + target;
  return [...words.slice(0, start), ...words.slice(start + length, end), ...run, ...words.slice(end)];
}
