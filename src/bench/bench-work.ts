import { packRows } from '../session/packed-rows.js';
import type { BatchWork } from '../session/batch-work.js';
import { createRandom, type Random } from '../stats/random.js';
import type { BenchPoint } from './bench-point.js';
import type { BenchTest } from './bench-test.js';

/** Works of one repetition, and what their answers must count. */
export interface Repetition {
  readonly works: readonly BatchWork[];
  readonly promptTokens: number;
  readonly generatedTokens: number;
}

/**
 * Inputs of the repetition with this number: token ids drawn uniformly over the vocabulary from the seed, different in
 * every repetition, so that nothing can be kept from one to the next. Tests of tokenizing and loading have none.
 */
export function repetitionOf(point: BenchPoint, seed: string, index: number): Repetition {
  const random = createRandom(`${seed}/${index}`);
  const works = worksOf(point, random);
  const counted = works.map(countsOf);
  return {
    works,
    promptTokens: counted.reduce((sum, { prompt }) => sum + prompt, 0),
    generatedTokens: counted.reduce((sum, { generated }) => sum + generated, 0),
  };
}

function worksOf({ model, batch, test }: BenchPoint, random: Random): BatchWork[] {
  const vocabulary = model.geometry.vocabularySize;
  const ids = (length: number): Uint32Array => Uint32Array.from({ length }, () => random.integer(vocabulary));
  const prompts = (length: number): Uint32Array[] => Array.from({ length: batch }, () => ids(length));
  switch (test.kind) {
    case 'prompt': {
      const from = test.prompt - 1;
      const spans = (): { requests: number[]; from: number; targets: Uint32Array }[] => [
        { requests: [0], from, targets: ids(1) },
      ];
      const rows = prompts(test.prompt).map((tokens, group) => ({
        tokens,
        spans: spans(),
        group,
        context: 0,
      }));
      return [{ kind: 'score', rows: packRows(rows), maxBatchTokens: batch * test.prompt }];
    }
    case 'generate': {
      const texts = prompts(Math.max(1, test.depth));
      // At depth, the same prompt with one new token is timed too: the difference is generation alone.
      const counts = test.depth > 1 ? [1, test.generate] : [test.generate];
      return counts.map((count) => generation(texts, count));
    }
    case 'both':
    case 'server': {
      const texts = prompts(test.prompt);
      const counts = test.kind === 'both' ? [1, test.generate] : [test.generate];
      return counts.map((count) => generation(texts, count));
    }
    case 'score': {
      const prefixes = prompts(test.prefix);
      const rows = prefixes.flatMap((prefix, group) =>
        Array.from({ length: test.choices }, () => ({ ...choiceRow(prefix, ids(test.continuation)), group })),
      );
      const maxBatchTokens = rows.length * (test.prefix + test.continuation);
      return [{ kind: 'score', rows: packRows(rows), maxBatchTokens }];
    }
    case 'tokenize':
    case 'load':
      return [];
  }
}

/** A row is fed without its last token, which is only predicted. */
function choiceRow(prefix: Uint32Array, continuation: Uint32Array) {
  const tokens = Uint32Array.of(...prefix, ...continuation.subarray(0, -1));
  const spans = [{ requests: [0], from: prefix.length - 1, targets: continuation }];
  return { tokens, spans, context: prefix.length };
}

function generation(prompts: readonly Uint32Array[], maxNewTokens: number): BatchWork {
  const tokens = new Uint32Array(prompts.length * (prompts[0]?.length ?? 0));
  prompts.forEach((prompt, index) => tokens.set(prompt, index * prompt.length));
  const lengths = Uint32Array.from(prompts, ({ length }) => length);
  return { kind: 'generate', tokens, lengths, until: [], maxNewTokens, maxBatchTokens: Infinity };
}

function countsOf(work: BatchWork): { readonly prompt: number; readonly generated: number } {
  if (work.kind === 'score') return { prompt: work.rows.tokens.length, generated: 0 };
  return { prompt: work.tokens.length, generated: work.lengths.length * work.maxNewTokens };
}

/** One token of the kind of work that a test needs, to open its program. */
export function firstWork(test: BenchTest): BatchWork {
  const tokens = new Uint32Array(1);
  if (test.kind === 'generate' || test.kind === 'both' || test.kind === 'server')
    return generation([tokens], 1);
  const row = { tokens, spans: [{ requests: [0], from: 0, targets: tokens }], group: 0, context: 0 };
  return { kind: 'score', rows: packRows([row]), maxBatchTokens: 1 };
}

const LETTERS = '   eeeetttaaaooinshrdlucmfwypvbgkjqxz.,\n0123456789';

/** Seeded text of about English letter frequencies, `bytes` long. */
export function textOf(bytes: number, seed: string): string {
  const random = createRandom(`${seed}/text`);
  return Array.from({ length: bytes }, () => LETTERS[random.integer(LETTERS.length)]).join('');
}
