import { SweepError } from '../../errors.js';
import { compilePythonRegex, findAll, substitute } from '../../python/regex.js';
import { pyStr } from '../../python/repr.js';
import { lstrip, strip, rstrip } from '../../python/text.js';
import { isList, toNumber, type PyDict, type PyValue } from '../../python/value.js';
import type { FilterConfig } from '../task-config.js';
import { FunctionRef } from '../function-ref.js';
import { findHook } from '../hooks/find-hook.js';
import { hasTextKey } from '../yaml/parse-yaml.js';
import { extractChoice, patternOf, selected, type FilterOptions } from './choice-regex.js';

/** The answers to one request: one for every repeat, or what a filter made of them. */
export type Answers = PyValue;

/** Runs one pipeline over the answers to one request (lm-eval's filters see all repeats of it at once). */
export function applyFilters(
  answers: readonly PyValue[],
  { doc, task, filter }: { readonly doc: PyDict; readonly task: string; readonly filter: FilterConfig },
): PyValue {
  return filter.steps.reduce<PyValue>(
    (current, { name, options }) =>
      name instanceof FunctionRef
        ? findHook('filter', name, task)(listOf(current), doc, options)
        : applyStep(current, { doc, name, options }),
    answers,
  );
}

interface Step {
  readonly name: string;
  readonly options: FilterOptions;
  readonly doc: PyDict;
}

function applyStep(answers: PyValue, { name, options, doc }: Step): PyValue {
  const list = listOf(answers);
  switch (name) {
    case 'take_first':
      return list[0] ?? null;
    case 'take_first_k':
      return typeof answers === 'string'
        ? Array.from(answers).slice(0, toNumber(options['k'])).join('')
        : takeFirst(list, toNumber(options['k']));
    case 'majority_vote':
      return [majority(list)];
    case 'regex':
      return list.map((answer) => extract(answer, options));
    case 'multi_choice_regex':
      return list.map((answer) => extractChoice(answer, choicesOf(doc), options));
    case 'regex_pos':
      return list.map((answer) => tagsOf(answer, options));
    case 'map':
      return list.map((answer) => mapped(answer, options));
    case 'remove_whitespace':
      return list.map((answer) => strip(textOf(answer)));
    case 'lowercase':
      return list.map((answer) => textOf(answer).toLowerCase());
    case 'uppercase':
      return list.map((answer) => textOf(answer).toUpperCase());
    case 'format_span':
      return list.map((answer) => formatSpans(textOf(answer)));
    default:
      throw new SweepError('UNKNOWN_FILTER', `Expected a known filter, got ${JSON.stringify(name)}.`);
  }
}

// A pipeline that went through take_first holds one text: Python walks its characters.
function listOf(answers: PyValue): readonly PyValue[] {
  if (isList(answers)) return answers;
  return typeof answers === 'string' ? Array.from(answers) : [answers];
}

function textOf(answer: PyValue): string {
  if (typeof answer === 'string') return answer;
  throw new SweepError(
    'BAD_FILTER',
    `Expected text before this filter, got ${JSON.stringify(answer)}; check the order of filter_list.`,
  );
}

function takeFirst(list: readonly PyValue[], k: number): PyValue {
  if (list.length >= k) return list.slice(0, k);
  throw new SweepError(
    'BAD_FILTER',
    `Expected at least ${k} answers for take_first_k, got ${list.length}; raise \`repeats\` in the task file.`,
  );
}

function majority(list: readonly PyValue[]): PyValue {
  const counts = new Map<PyValue, number>();
  for (const answer of list) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  let best: PyValue = null;
  let most = 0;
  for (const [answer, count] of counts) if (count > most) [best, most] = [answer, count];
  return best;
}

/** The match that a `regex` step keeps of a text, or its fallback. */
function extract(answer: PyValue, options: FilterOptions): PyValue {
  const pattern = patternOf(options);
  const fallback = (options['fallback'] ?? '[invalid]') as PyValue;
  const matches = findAll(compilePythonRegex(pattern), typeof answer === 'string' ? answer : '');
  if (matches.length === 0) return fallback;
  const select = selected(options);
  const match = matches[select < 0 ? matches.length + select : select];
  if (match === undefined) {
    throw new SweepError(
      'BAD_FILTER',
      `Expected at least ${select + 1} matches of ${pattern}, got ${matches.length}.`,
    );
  }
  if (typeof match === 'string') return strip(match);
  const group = match.find((text) => text !== '');
  return group === undefined ? stripped(fallback) : strip(group);
}

function stripped(value: PyValue): PyValue {
  return typeof value === 'string' ? strip(value) : value;
}

function choicesOf(doc: PyDict): string[] {
  const { choices } = doc;
  if (isList(choices)) return choices.map(pyStr);
  throw new SweepError(
    'BAD_FILTER',
    `Expected a column "choices" with a list for multi_choice_regex, there are ${Object.keys(doc).join(', ')}.`,
  );
}

function mapped(answer: PyValue, options: FilterOptions): PyValue {
  const table = (options['mapping_dict'] ?? {}) as PyDict;
  const key = pyStr(answer);
  return hasTextKey(table, key) ? (table[key] ?? null) : ((options['default_value'] ?? null) as PyValue);
}

function tagsOf(answer: PyValue, options: FilterOptions): PyValue {
  const text = typeof answer === 'string' ? answer : '';
  const tags = [...text.matchAll(/\('([^']*)', '([^']*)'\)/g)].map((match) => match[2] ?? '');
  return tags.length > 0 ? tags : ((options['fallback'] ?? ['invalid']) as PyValue);
}

const SPAN_LABELS: readonly (readonly [string, string])[] = [
  ['person', 'PER'],
  ['location', 'LOC'],
  ['organization', 'ORG'],
  ['counties', 'LOC'],
  ['places', 'LOC'],
  ['people', 'PER'],
  ['persons', 'PER'],
  ['company', 'ORG'],
  ['country', 'LOC'],
  ['continent', 'LOC'],
  ['time', 'DATE'],
  ['date', 'DATE'],
  ['per', 'PER'],
  ['loc', 'LOC'],
  ['org', 'ORG'],
];

// Named entities as `label: value $ label: value`, entities called "none" left out.
function formatSpans(answer: string): string {
  let text = answer.toLowerCase();
  for (const [label, tag] of SPAN_LABELS) {
    text = substitute(compilePythonRegex(`\\b${label}\\s*:`), text, `${tag}:`);
  }
  text = strip(rstrip(text.split('$$').join('$'), '$').replaceAll('\n', '$'));
  const entities: string[] = [];
  for (const match of findAll(compilePythonRegex('\\b(PER|LOC|ORG|DATE):\\s*([^$]+)'), text)) {
    const [label = '', values = ''] = Array.isArray(match) ? match : [match];
    for (const entity of values.split(',').map((value) => strip(value))) {
      if (entity.toLowerCase() !== 'none') entities.push(`${label.toLowerCase()}: ${lstrip(entity)}`);
    }
  }
  return entities.join(' $ ');
}
