import { split } from '../../python/text.js';

/** SQuAD's normalisation: lower case, no punctuation, no articles, single blanks. */
export function normaliseAnswer(text: string): string {
  const plain = text.toLowerCase().replace(/[!-/:-@[-`{-~]/g, '');
  return split(plain.replace(/(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu, ' ')).join(' ');
}

/** SQuAD's exact match of two answers. */
export function isSameAnswer(gold: string, prediction: string): boolean {
  return normaliseAnswer(gold) === normaliseAnswer(prediction);
}

/** SQuAD's F1 of words, the best over the golds; two answers without words are equal. */
export function bestF1(prediction: string, golds: readonly string[]): number {
  return Math.max(0, ...golds.map((gold) => wordF1(normaliseAnswer(gold), normaliseAnswer(prediction))));
}

function wordF1(gold: string, prediction: string): number {
  const isEmpty = [gold, prediction].map((text) => split(text).length === 0);
  if (isEmpty.includes(true)) return isEmpty[0] === isEmpty[1] ? 1 : 0;
  return sharedWordsF1(gold, prediction);
}

/** F1 of the words that two normalised texts share; 0 where they share none. */
export function sharedWordsF1(gold: string, prediction: string): number {
  const [wanted, said] = [split(gold), split(prediction)];
  const left = new Map<string, number>();
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of said) {
    const count = left.get(word) ?? 0;
    if (count > 0) shared += 1;
    left.set(word, count - 1);
  }
  if (shared === 0) return 0;
  const [precision, recall] = [shared / said.length, shared / wanted.length];
  return (2 * precision * recall) / (precision + recall);
}
