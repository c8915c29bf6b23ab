import type { Response, TextRequest } from '../domain/request.js';
import type { Sample } from '../domain/task.js';
import { pyStr } from '../python/repr.js';
import type { PyValue } from '../python/value.js';

/** Texts longer than this are cut: the end of a question and the beginning of an answer are what matters. */
const MAX_TEXT = 160;

/** The end of what a sample asks. */
export function askedText({ requests }: Sample): string {
  const [first] = requests;
  if (first === undefined) return '';
  const text = first.kind === 'loglikelihood_rolling' ? first.text : first.context;
  return text.length <= MAX_TEXT ? text : `… ${text.slice(-MAX_TEXT)}`;
}

/** The answer wanted: the right choice where the target is its number, the target itself otherwise. */
export function expectedText({ requests }: Sample, target: PyValue): string {
  const chosen = typeof target === 'number' ? continuationOf(requests[target]) : null;
  if (chosen !== null) return cut(chosen);
  const [only, ...others] = requests;
  return cut(others.length === 0 ? (continuationOf(only) ?? pyStr(target)) : pyStr(target));
}

/** The answer given: the likeliest choice, the text written, or whether the continuation was what the model would write. */
export function answerText({ requests }: Sample, responses: readonly Response[]): string {
  const [first] = responses;
  if (first === undefined) return '';
  if (first.kind === 'generate_until') return cut(first.text);
  if (first.kind === 'loglikelihood_rolling') return `log-likelihood ${first.loglikelihood.toFixed(2)}`;
  if (responses.length === 1) return first.isGreedy ? 'as expected' : 'something else';
  const likelihoods = responses.map((response) =>
    response.kind === 'generate_until' ? Number.NEGATIVE_INFINITY : response.loglikelihood,
  );
  return cut(continuationOf(requests[likelihoods.indexOf(Math.max(...likelihoods))]) ?? '');
}

function continuationOf(request: TextRequest | undefined): string | null {
  return request?.kind === 'loglikelihood' ? request.continuation : null;
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)} …`;
}
