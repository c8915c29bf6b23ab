import type { TextRequest } from '../domain/request.js';

/** Choices of every question of the probe. */
export const PROBE_CHOICES = 4;

const QUESTIONS = 24;
const GENERATIONS = 12;
const NEW_TOKENS = 12;
const WORDS =
  'the red house on a hill was sold to an old man who had seven cats and no money left after the war ended early in spring'.split(
    ' ',
  );

/** A fixed set of requests of every kind, in words that any tokenizer knows: questions first, then generations, then a long text. */
export function probeRequests(): TextRequest[] {
  const questions = Array.from({ length: QUESTIONS }, (_, question) =>
    Array.from({ length: PROBE_CHOICES }, (_unused, choice): TextRequest => ({
      kind: 'loglikelihood',
      context: words(question, 3 + (question % 9)),
      continuation: ` ${words(5 * question + 7 * choice + 1, 1 + choice)}`,
    })),
  ).flat();
  const generations = Array.from({ length: GENERATIONS }, (_, index): TextRequest => ({
    kind: 'generate_until',
    context: words(3 * index, 2 + (index % 6)),
    until: ['\n'],
    maxNewTokens: NEW_TOKENS,
  }));
  return [...questions, ...generations, { kind: 'loglikelihood_rolling', text: words(0, 60) }];
}

/** `count` plain English words, another stretch for every `start`. */
export function probeText(start: number, count: number): string {
  return words(start, count);
}

/** `count` words from the list, starting anywhere and going round. */
function words(start: number, count: number): string {
  return Array.from(
    { length: count },
    (_, index) => WORDS[(start + index * (1 + (start % 3))) % WORDS.length],
  ).join(' ');
}
