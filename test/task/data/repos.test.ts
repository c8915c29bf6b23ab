import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chooseFiles } from '../../../src/task/data/repo/choose-files.js';
import { readDatasetCard } from '../../../src/task/data/repo/dataset-card.js';
import { compilePathGlob } from '../../../src/files/path-glob.js';

interface Expected {
  readonly name: string | null;
  readonly error?: string;
  readonly config?: string;
  readonly builder?: string;
  readonly splits?: Readonly<Record<string, readonly string[]>>;
  readonly sep?: string | null;
}

interface Repo {
  readonly title: string;
  readonly files: readonly string[];
  readonly cards: Readonly<Record<string, string>>;
  readonly expected: readonly Expected[];
}

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/task/data-repos.json'), 'utf8'),
) as { readonly repos: readonly Repo[] };
const cases = golden.repos.flatMap((repo) => repo.expected.map((expected) => ({ ...repo, expected })));

describe('files of a data repository are those that the datasets library takes', () => {
  test.each(cases)('$title, configuration $expected.name', ({ files, cards, expected }) => {
    const choose = () => {
      const card = readDatasetCard(cards['README.md'] ?? '', cards['.huggingface.yaml'] ?? '', 'here');
      return chooseFiles(
        { name: 'here', files, card },
        { config: expected.name, dataFiles: null, dataDir: null },
      );
    };
    if (expected.error !== undefined) {
      expect(choose).toThrow(/^Expected /);
      return;
    }
    const { config, builder, splits, options } = choose();
    expect({ config, builder: builder === 'images' ? 'imagefolder' : builder, splits }).toEqual({
      config: expected.config,
      builder: expected.builder,
      splits: expected.splits,
    });
    if (builder === 'csv') expect(options['sep'] ?? ',').toBe(expected.sep);
  });
});

test('patterns of the request come before those of the card, and name what is missing', () => {
  const card = readDatasetCard('---\nconfigs:\n- config_name: c\n  data_files: x.jsonl\n---\n', '', 'here');
  const repo = { name: 'here', files: ['x.jsonl', 'deep/y.jsonl', 'deep/z.jsonl'], card };
  const ask = (dataFiles: string | Record<string, string[]>) =>
    chooseFiles(repo, { config: null, dataFiles, dataDir: null }).splits;
  expect(ask({ test: ['deep/*.jsonl'], dev: ['x.jsonl'] })).toEqual({
    test: ['deep/y.jsonl', 'deep/z.jsonl'],
    dev: ['x.jsonl'],
  });
  expect(() => ask('gone.jsonl')).toThrow(/Expected the file gone\.jsonl in the data set here/);
  expect(chooseFiles(repo, { config: null, dataFiles: null, dataDir: 'deep' }).splits).toEqual({
    train: ['deep/y.jsonl', 'deep/z.jsonl'],
  });
});

test.each([
  ['a/*.x', 'a/b.x', true],
  ['a/*.x', 'a/b/c.x', false],
  ['**/c.x', 'c.x', true],
  ['**/c.x', 'a/b/c.x', true],
  ['a/**', 'a/b/c', true],
  ['[!a]?', 'bc', true],
  ['[!a]?', 'ac', false],
  ['[z-a]x', 'zx', false],
  ['[ab', '[ab', true],
])('the pattern %s over %s is %s', (pattern, path, matches) => {
  expect(compilePathGlob(pattern).test(path)).toBe(matches);
});

test('a double star inside a part of a path is refused', () => {
  expect(() => compilePathGlob('a**.x')).toThrow(/Expected `\*\*` to be a whole part/);
});
