import { createHash } from 'node:crypto';
import { compilePythonRegex, findAll } from '../../python/regex.js';
import { pyStr } from '../../python/repr.js';
import { strip, utf8Length } from '../../python/text.js';
import { toNumber, type PyDict, type PyValue } from '../../python/value.js';
import { editDistance } from '../../stats/edit-distance.js';
import { rougeScores } from '../../similarity/rouge.js';
import { column, listColumn, textsColumn } from './doc-value.js';
import type { FamilyHooks, HookResult } from './hook.js';
import { loglikelihoodOf } from './loglikelihood-result.js';

const MAX_ANSWER = 128; // characters, as BIG-bench cuts answers
const DEFAULT_REGEX = '[^\\.\\?\\!\\;\\n]+';

// Of equally likely choices, one is taken by the digest of all loglikelihoods (float64, little end first).
function likeliest(loglikelihoods: readonly number[]): number {
  const top = Math.max(...loglikelihoods);
  const ties = loglikelihoods.flatMap((value, index) => (value === top ? [index] : []));
  if (ties.length < 2) return ties[0] ?? 0;
  const digest = createHash('sha256').update(Float64Array.from(loglikelihoods)).digest('hex');
  return ties[Number(BigInt(`0x${digest}`) % BigInt(ties.length))] ?? 0;
}

// The score of the likeliest choice, which need not be 0 or 1.
function gradeChoices(doc: PyDict, results: readonly HookResult[]): Record<string, number> {
  const scores = listColumn(doc, 'scores').map(toNumber);
  const loglikelihoods = results.map(loglikelihoodOf);
  const top = Math.max(...loglikelihoods);
  const powers = loglikelihoods.map((value) => Math.exp(value - top));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const best = toNumber(column(doc, 'best'));
  const length = Math.max(1, utf8Length(textsColumn(doc, 'choices')[best] ?? ''));
  return {
    multiple_choice_grade: scores[likeliest(loglikelihoods)] ?? 0,
    choice_probability: (powers[best] ?? 0) / total,
    logprob_per_byte: (loglikelihoods[best] ?? 0) / length,
    brier: powers.reduce((sum, power, index) => sum + (power / total - (index === best ? 1 : 0)) ** 2, 0),
  };
}

// The first match of the task's pattern in the answer's beginning, equal to any target.
function matchText(doc: PyDict, results: readonly HookResult[]): Record<string, unknown> {
  const given = column(doc, 'output_regex');
  const hasOwnEnd = given !== null || column(doc, 'stop') !== null;
  const answer = Array.from(pyStr(results[0] as PyValue))
    .slice(0, MAX_ANSWER)
    .join('');
  const pattern = given === null ? (hasOwnEnd ? null : DEFAULT_REGEX) : pyStr(given);
  const match = pattern === null ? answer : findAll(compilePythonRegex(pattern), answer)[0];
  const said = strip(typeof match === 'string' ? match : (match?.[0] ?? ''));
  const targets = textsColumn(doc, 'targets').map((target) => strip(target));
  const stop = pyStr(column(doc, 'stop') ?? '');
  const asked = textsColumn(doc, 'metrics');
  const rouge = targets.map((target) => rougeScores(target, said).rougeLsum);
  return {
    exact_str_match: targets.includes(said) || targets.includes(said + stop) ? 1 : 0,
    edit_similarity: Math.max(...targets.map((target) => similarity(target, said))),
    ...(asked.includes('rouge') ? { rougeLsum: Math.max(...rouge) } : {}),
    ...(asked.includes('bleu')
      ? { bleu: { kind: 'texts', references: targets.slice(0, 1), prediction: said } }
      : {}),
  };
}

function similarity(target: string, said: string): number {
  const [a, b] = [Array.from(target), Array.from(said)];
  const longer = Math.max(a.length, b.length);
  return longer === 0 ? 1 : 1 - editDistance(a, b) / longer;
}

/** Scoring of BIG-bench JSON tasks, and the filter of lm-eval's port of them. */
export const BIG_BENCH: FamilyHooks = {
  process_docs: {
    filter_multiple_choice: (docs) =>
      docs.filter((doc) => listColumn(doc, 'multiple_choice_targets').length > 0),
  },
  process_results: { grade_choices: gradeChoices, match_text: matchText },
};
