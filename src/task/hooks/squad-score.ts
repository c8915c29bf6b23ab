import { split } from '../../python/text.js';

// SQuAD's normalisation: lower case, no punctuation, no articles, single blanks.
function normalise(text: string): string {
  const plain = text.toLowerCase().replace(/[!-/:-@[-`{-~]/g, '');
  return split(plain.replace(/(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu, ' ')).join(' ');
}

/** SQuAD's exact match of two answers. */
export function isSameAnswer(gold: string, prediction: string): boolean {
  return normalise(gold) === normalise(prediction);
}

/** SQuAD's F1 of words, the best over the golds. */
export function bestF1(prediction: string, golds: readonly string[]): number {
  return Math.max(0, ...golds.map((gold) => wordF1(gold, prediction)));
}

function wordF1(gold: string, prediction: string): number {
  const wanted = split(normalise(gold));
  const said = split(normalise(prediction));
  if (wanted.length === 0 || said.length === 0) return wanted.length === said.length ? 1 : 0;
  const left = new Map<string, number>();
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of said) {
    const count = left.get(word) ?? 0;
    if (count > 0) shared += 1;
    left.set(word, count - 1);
  }
  return shared === 0 ? 0 : (2 * shared) / (wanted.length + said.length);
}
