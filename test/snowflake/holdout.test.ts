import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';

const TASKS = resolve(import.meta.dirname, '../../models/snowflake/tasks');

interface Sample {
  readonly key?: string;
  readonly question?: string;
  readonly question_steps?: string;
  readonly text?: string;
}

interface Corpus {
  readonly keys: number;
  readonly firstKeys: readonly string[];
  readonly filter: { readonly bits: number; readonly hashes: number; readonly sha256: string };
}

const corpus = JSON.parse(readFileSync(join(TASKS, 'holdout/corpus.json'), 'utf8')) as Corpus;
const filter = readFileSync(join(TASKS, 'holdout/corpus.bloom'));

const samples = new Map(
  readdirSync(join(TASKS, 'data')).map((file): [string, Sample[]] => [
    file.replace('.jsonl', ''),
    readFileSync(join(TASKS, 'data', file), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Sample),
  ]),
);
const heldOut = [...samples].filter(([name]) => name !== 'facts' && !name.startsWith('verbatim_'));

/** A Bloom filter has no false negatives: a key that it does not hold was certainly never trained on. */
function mayBeTrained(key: string): boolean {
  const digest = createHash('sha256').update(key).digest();
  return Array.from(
    { length: corpus.filter.hashes },
    (_, i) => digest.readUInt32LE(4 * i) % corpus.filter.bits,
  ).every((bit) => ((filter[bit >> 3] ?? 0) >> (bit & 7)) & 1);
}

/** The key that a sample's own words call for, where the words spell it out. */
function keyInWords(name: string, sample: Sample): string | undefined {
  const question = sample.question ?? sample.question_steps ?? '';
  switch (name) {
    case 'addition':
    case 'addition_hard':
      return `add ${question.slice(0, -1)}`;
    case 'addition_digits':
      return `add ${question.slice(0, question.indexOf('='))}`;
    case 'multiplication':
      return `multiply ${question.slice(0, -1)}`;
    case 'copy':
      return question.slice(0, -1);
    case 'sum':
    case 'sum_hard':
      return `sum ${/\d+/.exec(question)?.[0]}`;
    case 'cue':
    case 'plain':
      return `cue ${question} `;
    case 'text':
      return `text ${sample.text}`;
    case 'hop':
    case 'hop_2':
    case 'hop_hard': {
      const [edges = [], [, start = ''] = []] = question
        .slice(0, -1)
        .split(/ (?:jump|leap|trek|walk) /u)
        .map((part, i) => (i ? ['', part] : part.split(' ')));
      const hops = { hop: '3 ', hop_2: '2 ', hop_hard: '' }[name];
      return `${edges.sort().join(' ')} ${hops}${start}`;
    }
    default:
      return undefined;
  }
}

test('the shipped filter is the one of the corpus, and holds what was trained on', () => {
  expect(createHash('sha256').update(filter).digest('hex')).toBe(corpus.filter.sha256);
  expect(filter).toHaveLength(corpus.filter.bits / 8);
  expect(corpus.firstKeys).not.toHaveLength(0);
  expect(corpus.firstKeys.every(mayBeTrained)).toBe(true);
});

test('every task has at least 500 samples, and each string class all of its 100 strings', () => {
  for (const [name, rows] of samples) {
    expect(rows.length, name).toBeGreaterThanOrEqual(name.startsWith('verbatim_') ? 100 : 500);
  }
});

describe.each(heldOut)('%s', (name, rows) => {
  test('no sample was trained on', () => {
    for (const { key } of rows) {
      expect(key).toBeDefined();
      expect(crc32(key ?? '') % 10, key).toBe(3);
      expect(mayBeTrained(key ?? ''), key).toBe(false);
    }
  });

  test('the keys are those of the questions', () => {
    for (const sample of rows) {
      const key = keyInWords(name, sample);
      if (key !== undefined) expect(sample.key).toBe(key);
    }
  });
});

test.each(['icl', 'icl_hard'])('%s: the shots of a sample are pairs of its key', (name) => {
  for (const sample of samples.get(name) ?? []) {
    const pairs = new Set(sample.key?.split(' ').slice(1));
    const shown = Object.entries(sample)
      .filter(([column]) => column.startsWith('shots_'))
      .flatMap(([, shots]) => (shots as string).split(' ').filter(Boolean));
    expect(shown.every((pair) => pairs.has(pair))).toBe(true);
  }
});
