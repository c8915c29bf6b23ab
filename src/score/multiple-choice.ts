import { SweepError } from '../errors.js';
import { pyStr } from '../python/repr.js';
import { codePointLength, utf8Length } from '../python/text.js';
import { isList, isNumeric, toNumber, type PyDict, type PyValue } from '../python/value.js';
import type { DocFields } from '../task/doc-fields.js';
import type { RawScore } from './raw-score.js';

/** One choice's answer: its loglikelihood in nats, and whether every token was the first choice. */
export interface ChoiceAnswer {
  readonly loglikelihood: number;
  readonly isGreedy: boolean;
}

/** What a multiple-choice document is scored with. */
export interface ChoiceTask {
  readonly fields: DocFields;
  readonly isMultipleInput: boolean;
  readonly isMultipleTarget: boolean;
  readonly metrics: readonly string[];
  /** The texts whose loglikelihoods were asked, in the order of the choices. */
  readonly continuations: readonly string[];
}

/** lm-eval's process_results for multiple_choice, and our continuous metrics. */
export function scoreChoices(
  doc: PyDict,
  answers: readonly ChoiceAnswer[],
  task: ChoiceTask,
): Record<string, RawScore> {
  const choices = task.fields.choices(doc).map(pyStr);
  const hasUnconditional = answers.length === 2 * choices.length && task.metrics.includes('acc_mutual_info');
  const conditional = hasUnconditional ? answers.slice(0, choices.length) : answers;
  const loglikelihoods = conditional.map(({ loglikelihood }) => loglikelihood);
  const gold = findGold(task.isMultipleInput ? task.fields.text(doc) : task.fields.target(doc), choices);
  const predicted = argmax(loglikelihoods);
  const isRight = (index: number): number => (gold.includes(index) ? 1 : 0);
  const [goldOne = -100] = gold;
  const probabilities = softmax(loglikelihoods);
  // In lm-eval's order, which its logs keep.
  const scores: Record<string, () => RawScore> = {
    acc: () => isRight(predicted),
    f1: () => ({ kind: 'classes', gold: goldOne, predicted }),
    mcc: () => ({ kind: 'classes', gold: goldOne, predicted }),
    acc_norm: () => isRight(argmax(divide(loglikelihoods, choices.map(codePointLength)))),
    acc_bytes: () => isRight(argmax(divide(loglikelihoods, choices.map(utf8Length)))),
    exact_match: () => (gold.some((index) => answers.at(index)?.isGreedy === true) ? 1 : 0),
    brier_score: () => ({ kind: 'distribution', gold: goldOne, probabilities }),
    acc_mutual_info: () => isRight(argmax(mutualInformation(answers, choices.length))),
  };
  const asked = Object.entries(scores)
    .filter(([name]) => task.metrics.includes(name))
    .map(([name, score]) => [name, score()] as const);
  return {
    ...Object.fromEntries(asked),
    ...continuous(gold, { loglikelihoods, probabilities, continuations: task.continuations }),
  };
}

/** Indexes of the right choices; -100 stands for one that is out of range, which nothing equals. */
function findGold(target: PyValue, choices: readonly string[]): number[] {
  const indexOf = (value: PyValue): number => {
    if (isNumeric(value)) return toNumber(value) < choices.length ? toNumber(value) : -100;
    const index = typeof value === 'string' ? choices.indexOf(value) : -1;
    return index === -1 ? -100 : index;
  };
  if (!isList(target)) return [indexOf(target)];
  if (target.every(isNumeric)) return target.map(indexOf);
  throw new SweepError(
    'BAD_TASK',
    `Expected indexes of choices in a list of targets, got ${pyStr(target).slice(0, 60)}.`,
  );
}

function divide(values: readonly number[], by: readonly number[]): number[] {
  return values.map((value, index) => value / (by[index] ?? 1));
}

function mutualInformation(answers: readonly ChoiceAnswer[], nChoices: number): number[] {
  return answers
    .slice(0, nChoices)
    .map(({ loglikelihood }, index) => loglikelihood - (answers[nChoices + index]?.loglikelihood ?? 0));
}

/** The first index of the greatest value; NaN counts as greatest, as in numpy. */
export function argmax(values: readonly number[]): number {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) {
    const [value = 0, leader = 0] = [values[i], values[best]];
    if (Number.isNaN(leader)) return best;
    if (value > leader || Number.isNaN(value)) best = i;
  }
  return best;
}

/** exp(x) over its sum, computed from the greatest. */
export function softmax(values: readonly number[]): number[] {
  const top = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - top));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

interface Measured {
  readonly loglikelihoods: readonly number[];
  readonly probabilities: readonly number[];
  readonly continuations: readonly string[];
}

// Where several choices are right, the best of them counts for its length and all of them for their probability.
function continuous(gold: readonly number[], measured: Measured): Record<string, RawScore> {
  const { loglikelihoods, probabilities, continuations } = measured;
  const right = gold.filter((index) => index >= 0 && index < loglikelihoods.length);
  if (right.length === 0) return {};
  const perByte = right.map(
    (index) => (loglikelihoods[index] ?? 0) / Math.max(1, utf8Length(continuations[index] ?? '')),
  );
  const mass = right.reduce((sum, index) => sum + (probabilities[index] ?? 0), 0);
  const share = 1 / right.length;
  const brier = probabilities.reduce(
    (sum, p, index) => sum + (p - (right.includes(index) ? share : 0)) ** 2,
    0,
  );
  return { logprob_per_byte: Math.max(...perByte), choice_probability: mass, brier };
}
