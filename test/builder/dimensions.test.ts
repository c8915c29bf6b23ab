import { expect, test } from 'vitest';
import {
  ARCHITECTURES,
  countParameters,
  DEFAULT_VOCABULARY,
  dimensionsFor,
} from '../../src/builder/dimensions.js';

test('published shapes serve near their sizes', () => {
  const after = (architecture: 'llama' | 'gpt2' | 'gpt-neox', nParams: number): string | null =>
    dimensionsFor({ architecture, nParams, vocabulary: DEFAULT_VOCABULARY[architecture] }).after;
  expect(after('llama', 6.7e9)).toBe('Llama-2-7B');
  expect(after('llama', 7.2e9)).toBe('Mistral-7B');
  expect(after('llama', 1e9)).toBe('TinyLlama-1.1B');
  expect(after('gpt2', 124e6)).toBe('GPT-2');
  expect(after('gpt-neox', 410e6)).toBe('Pythia-410M');
});

test.each(ARCHITECTURES)('%s: every size from 10M to 10B is met within 12%', (architecture) => {
  const vocabulary = DEFAULT_VOCABULARY[architecture];
  for (const nParams of [1e7, 2e7, 3e7, 1e8, 2e8, 3e8, 6e8, 1e9, 2e9, 5e9, 1e10]) {
    const dimensions = dimensionsFor({ architecture, nParams, vocabulary });
    expect(Math.abs(Math.log(countParameters(architecture, dimensions, vocabulary) / nParams))).toBeLessThan(
      Math.log(1.12),
    );
    expect(dimensions.hidden % dimensions.heads).toBe(0);
  }
});

test('counts are those of the published models', () => {
  const gpt2 = dimensionsFor({ architecture: 'gpt2', nParams: 124e6, vocabulary: 50_257 });
  expect(countParameters('gpt2', gpt2, 50_257)).toBe(124_439_808);
  const pythia = dimensionsFor({ architecture: 'gpt-neox', nParams: 160e6, vocabulary: 50_304 });
  expect(countParameters('gpt-neox', pythia, 50_304)).toBe(162_322_944);
  const llama = dimensionsFor({ architecture: 'llama', nParams: 6.7e9, vocabulary: 32_000 });
  expect(countParameters('llama', llama, 32_000)).toBe(6_738_415_616);
});

test('a size below what the vocabulary alone needs is refused', () => {
  expect(() => dimensionsFor({ architecture: 'llama', nParams: 1e6, vocabulary: 32_000 })).toThrow(
    'Expected a parameter count that llama with a vocabulary of 32000 can have, got 1000000',
  );
});
