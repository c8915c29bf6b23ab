import { SPACE_CLASS, utf8Length } from '../python/text.js';
import type { RawScore } from './raw-score.js';

/** lm-eval's process_results for loglikelihood, and the log-probability a byte of the continuation. */
export function scoreLoglikelihood(
  answer: { readonly loglikelihood: number; readonly isGreedy: boolean },
  continuation: string,
): Record<string, RawScore> {
  return {
    perplexity: answer.loglikelihood,
    acc: answer.isGreedy ? 1 : 0,
    logprob_per_byte: answer.loglikelihood / Math.max(1, utf8Length(continuation)),
  };
}

const SPACES = new RegExp(`[${SPACE_CLASS}]+`);

/** lm-eval's process_results for loglikelihood_rolling over one text, and the log-probability a byte. */
export function scoreRolling(loglikelihood: number, text: string): Record<string, RawScore> {
  const words: RawScore = { kind: 'weighted', loglikelihood, weight: text.split(SPACES).length };
  const bytes: RawScore = { kind: 'weighted', loglikelihood, weight: utf8Length(text) };
  return {
    word_perplexity: words,
    byte_perplexity: bytes,
    bits_per_byte: bytes,
    logprob_per_byte: loglikelihood / Math.max(1, utf8Length(text)),
  };
}
