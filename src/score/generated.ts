import { SweepError } from '../errors.js';
import { pyStr } from '../python/repr.js';
import { isList, isNumeric, toNumber, type PyDict, type PyValue } from '../python/value.js';
import type { DocFields } from '../task/doc-fields.js';
import { FunctionRef } from '../task/function-ref.js';
import { editDistance } from '../stats/edit-distance.js';
import { nameOfMetric, type TaskConfig } from '../task/task-config.js';
import { isEvaluateMetric } from '../task/check-metrics.js';
import { findHook, hookOrNull } from '../task/hooks/find-hook.js';
import { comparableTexts, normaliseTexts } from './exact-match.js';
import { rawScoresOfHook } from './hook-scores.js';
import type { RawScore } from './raw-score.js';

/** What a generated answer is scored with. */
export interface GeneratedTask {
  readonly config: TaskConfig;
  readonly fields: DocFields;
  readonly isMultipleTarget: boolean;
  readonly metrics: readonly string[];
}

/** lm-eval's process_results for generate_until, and our continuous metrics. */
export function scoreGenerated(doc: PyDict, answer: PyValue, task: GeneratedTask): Record<string, RawScore> {
  const targets = goldTargets(doc, task);
  const golds = targets.map(pyStr);
  const predictions = isList(answer) ? answer.map(pyStr) : [pyStr(answer)];
  const [prediction = ''] = predictions;
  const scores: Record<string, RawScore> = {};
  for (const metric of task.metrics) {
    const entry = task.config.metricList?.find((one) => nameOfMetric(one.metric) === metric);
    if (entry?.metric instanceof FunctionRef)
      Object.assign(scores, hooked(entry.metric, { answer, golds, task }));
    else if (entry !== undefined && isEvaluateMetric(entry, task.config))
      scores[metric] = isSameNumber(golds, prediction);
    else if (metric === 'exact_match')
      scores[metric] = isNumeric(answer)
        ? isSameValue(golds, answer)
        : exactMatch(targets, predictions, task);
    else scores[metric] = { kind: 'texts', references: golds, prediction };
  }
  return { ...scores, ...partialCredit(golds, prediction, optionsOf(task.config)) };
}

// Several golds: 1 where the function gives something true for one of them, as lm-eval has it.
function hooked(
  ref: FunctionRef,
  { answer, golds, task }: { answer: PyValue; golds: readonly string[]; task: GeneratedTask },
): Record<string, RawScore> {
  const hook = findHook('metric', ref, task.config.task);
  if (!task.isMultipleTarget)
    return rawScoresOfHook({ [ref.name]: hook(answer, golds[0] ?? '') }, task.config.task);
  return { [ref.name]: golds.some((gold) => hook(answer, gold) !== 0) ? 1 : 0 };
}

// The evaluate library's accuracy and micro F1 of one answer: equal classes, as numbers.
function isSameNumber(golds: readonly string[], prediction: string): number {
  return golds.some((gold) => Number(gold) === Number(prediction)) ? 1 : 0;
}

// A filter made a number of the answer: lm-eval makes one of the target too.
function isSameValue([gold = '']: readonly string[], answer: PyValue): number {
  if (typeof answer === 'boolean') return (gold !== '') === answer ? 1 : 0;
  return Number(gold) === toNumber(answer) ? 1 : 0;
}

function goldTargets(doc: PyDict, { config, fields, isMultipleTarget }: GeneratedTask): PyValue[] {
  const { processResults } = config;
  const golds = processResults === null ? null : hookOrNull('golds', processResults, config.task);
  if (golds !== null) return [...golds(doc)];
  const target = fields.target(doc);
  if (config.docToChoice !== null) {
    const choices = fields.choices(doc);
    const index = isNumeric(target) ? toNumber(target) : Number.NaN;
    const gold = choices[index < 0 ? choices.length + index : index];
    if (gold === undefined)
      throw new SweepError(
        'BAD_TASK',
        `Expected \`doc_to_target\` of the task ${config.task} to be the index of a choice, got ${pyStr(target)}.`,
      );
    return [gold];
  }
  if (!isMultipleTarget) return [pyStr(target)];
  // lm-eval says list(gold) here, which cuts a lone text into characters.
  return isList(target) ? [...target] : Array.from(pyStr(target));
}

function optionsOf(config: TaskConfig): PyDict {
  return (
    config.metricList?.find(({ metric }) => !(metric instanceof FunctionRef) && metric === 'exact_match')
      ?.options ?? {}
  );
}

// Several golds: one hit is enough. Several answers (take_first_k): their mean.
function exactMatch(
  targets: readonly PyValue[],
  predictions: readonly string[],
  { config, isMultipleTarget }: GeneratedTask,
): number {
  const options = optionsOf(config);
  const wanted = normaliseTexts(isMultipleTarget ? comparableTexts(targets) : targets.map(pyStr), options);
  const said = normaliseTexts(predictions, options);
  if (isMultipleTarget) return said.some((text) => wanted.includes(text)) ? 1 : 0;
  return said.filter((text) => text === wanted[0]).length / said.length;
}

/**
 * Credit for answers that are partly right, the best over the golds. Both sides are normalised as exact_match does.
 * token_accuracy: share of the gold's words that stand in their place (of its characters, where it is one word).
 * edit_similarity: 1 - edit distance in characters / length of the longer text.
 */
function partialCredit(
  golds: readonly string[],
  prediction: string,
  options: PyDict,
): Record<string, number> {
  if (golds.length === 0) return {};
  const [said = ''] = normaliseTexts([prediction], options);
  const wanted = normaliseTexts(golds, options);
  return {
    token_accuracy: Math.max(...wanted.map((gold) => tokenAccuracy(gold, said))),
    edit_similarity: Math.max(...wanted.map((gold) => editSimilarity(gold, said))),
  };
}

function tokenAccuracy(gold: string, said: string): number {
  const words = gold.trim().split(/\s+/);
  const isWordy = words.length > 1;
  const wanted = isWordy ? words : Array.from(gold.trim());
  const got = isWordy ? said.trim().split(/\s+/) : Array.from(said.trim());
  if (wanted.length === 0) return got.length === 0 ? 1 : 0;
  return wanted.filter((token, index) => token === got[index]).length / wanted.length;
}

const MAX_EDIT_LENGTH = 2000; // characters; the distance takes quadratic time

function editSimilarity(gold: string, said: string): number {
  const [a, b] = [Array.from(gold).slice(0, MAX_EDIT_LENGTH), Array.from(said).slice(0, MAX_EDIT_LENGTH)];
  const longer = Math.max(a.length, b.length);
  return longer === 0 ? 1 : 1 - editDistance(a, b) / longer;
}
