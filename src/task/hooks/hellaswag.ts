import { compilePythonRegex } from '../../python/regex.js';
import { pyStr } from '../../python/repr.js';
import { capitalize, strip } from '../../python/text.js';
import { isList, toNumber, type PyDict, type PyValue } from '../../python/value.js';
import type { FamilyHooks } from './hook.js';

const BRACKETS = compilePythonRegex('\\[.*?\\]');

// WikiHow artefacts: " [title]" ends a sentence, other brackets are dropped.
function clean(text: string): string {
  return strip(text).replaceAll(' [title]', '. ').replace(BRACKETS, '').replaceAll('  ', ' ');
}

function textOf(value: PyValue | undefined): string {
  return pyStr(value ?? null);
}

function processDoc(doc: PyDict): PyDict {
  const context = `${textOf(doc['ctx_a'])} ${capitalize(textOf(doc['ctx_b']))}`;
  const endings = doc['endings'] ?? [];
  return {
    ...doc,
    query: clean(`${textOf(doc['activity_label'])}: ${context}`),
    choices: isList(endings) ? endings.map((ending) => clean(textOf(ending))) : [],
    gold: Math.trunc(toNumber(typeof doc['label'] === 'string' ? Number(doc['label']) : doc['label'])),
  };
}

/** HellaSwag: activity and context joined into a query, endings cleaned. */
export const HELLASWAG: FamilyHooks = {
  process_docs: { process_docs: (docs) => docs.map(processDoc) },
};
