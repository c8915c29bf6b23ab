import { compilePythonRegex } from '../../python/regex.js';
import { isDict } from '../../python/value.js';
import { FunctionRef } from '../function-ref.js';
import { didYouMean } from '../near-name.js';
import type { TaskConfig } from '../task-config.js';

const REGEX_OPTIONS = ['regex_pattern', 'group_select', 'fallback'];

/** The filters that a pipeline may name, each with its options. */
export const FILTER_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  regex: REGEX_OPTIONS,
  regex_pos: REGEX_OPTIONS,
  multi_choice_regex: [...REGEX_OPTIONS, 'ignore_case', 'ignore_punctuation', 'regexes_to_ignore'],
  remove_whitespace: [],
  take_first: [],
  take_first_k: ['k'],
  majority_vote: [],
  map: ['mapping_dict', 'default_value'],
  lowercase: [],
  uppercase: [],
  format_span: [],
};

/** What lm-eval registers and this program does not do, and why. */
const REFUSED_FILTERS: Readonly<Record<string, string>> = {
  custom: 'functions of a task are not run; name one that is known with `function: !function module.name`',
  decontaminate: 'lm-eval has only a stub of it',
};

/** What is wrong with the filter pipelines of a task. */
export function* filterFaults(config: TaskConfig): Generator<string> {
  for (const { steps } of config.filterList ?? []) {
    for (const { name, options } of steps) {
      if (!(name instanceof FunctionRef)) yield* nameFaults(name, options);
      yield* optionFaults(options);
    }
  }
}

function* nameFaults(name: string, options: Readonly<Record<string, unknown>>): Generator<string> {
  const known = Object.keys(FILTER_OPTIONS);
  const reason = Object.hasOwn(REFUSED_FILTERS, name) ? REFUSED_FILTERS[name] : undefined;
  const allowed = Object.hasOwn(FILTER_OPTIONS, name) ? FILTER_OPTIONS[name] : undefined;
  if (reason !== undefined) yield `the filter ${name} is not supported: ${reason}`;
  else if (allowed === undefined)
    yield `unknown filter ${JSON.stringify(name)}${didYouMean(name, known)}; known are ${known.join(', ')}`;
  else {
    for (const option of Object.keys(options)) {
      if (!allowed.includes(option))
        yield `unknown option \`${option}\` of the filter ${name}${didYouMean(option, allowed)}`;
    }
    if (name === 'take_first_k' && options['k'] === undefined)
      yield 'expected the filter take_first_k to have a `k`';
  }
}

function* optionFaults(options: Readonly<Record<string, unknown>>): Generator<string> {
  const { regex_pattern: pattern, mapping_dict: table, regexes_to_ignore: ignored } = options;
  if (table !== undefined && table !== null && !isDict(table)) yield 'expected `mapping_dict` to be fields';
  for (const text of [pattern, ...(Array.isArray(ignored) ? ignored : [])]) {
    if (typeof text !== 'string') continue;
    try {
      compilePythonRegex(text);
    } catch (error) {
      yield error instanceof Error ? error.message : String(error);
    }
  }
}
