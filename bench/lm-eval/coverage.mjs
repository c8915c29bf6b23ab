// How many of the task files that ship with lm-eval run here: node bench/lm-eval/coverage.mjs FOLDER
// FOLDER is lm_eval/tasks of an installed lm-eval. Data are not looked for: "loads" means fields, functions, metrics,
// filters and templates are known; "renders" that jinja2's own rendering of every template is among our goldens.
import { readFileSync } from 'node:fs';
import { resolve, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { checkDefinition } from '../../dist/task/build-definition.js';
import { FunctionRef } from '../../dist/task/function-ref.js';
import { asksForSampling } from '../../dist/task/generation.js';
import { readFolder } from '../../dist/task/task-index.js';
import { CLASSIC } from './families.mjs';

const TEMPLATES = '../../test/fixtures/templates/lm-eval-0.4.13.json.gz';
const FIELDS = ['doc_to_text', 'doc_to_target', 'doc_to_choice', 'description', 'gen_prefix'];

const root = resolve(process.argv[2] ?? '.');
const known = new Set(
  JSON.parse(gunzipSync(readFileSync(new URL(TEMPLATES, import.meta.url)))).cases.map((one) => one.template),
);

function hasFunction(value) {
  if (value instanceof FunctionRef) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasFunction);
}

function renders(fields) {
  const holders = [fields, fields.fewshot_config ?? {}];
  const templates = holders.flatMap((holder) => FIELDS.map((field) => holder[field]));
  return templates.every((text) => typeof text !== 'string' || !/\{[{%]/.test(text) || known.has(text));
}

function describe({ yaml }) {
  const row = {
    family: relative(root, yaml.file).split('/')[0],
    type: yaml.fields.output_type ?? 'generate_until (unsaid)',
    pure: !hasFunction(yaml.fields),
    renders: renders(yaml.fields),
  };
  try {
    const config = checkDefinition(yaml.fields, yaml.file);
    return { ...row, loads: true, runs: !asksForSampling(config), reason: null };
  } catch (error) {
    return { ...row, loads: false, runs: false, reason: error.message };
  }
}

function count(rows) {
  const pure = rows.filter((row) => row.pure);
  const many = (list, key) => list.filter((row) => row[key]).length;
  const percent = `${((100 * many(rows, 'runs')) / rows.length).toFixed(1)}%`;
  const ofPure = [pure.length, many(pure, 'loads'), many(pure, 'renders'), many(pure, 'runs')];
  return [rows.length, ...ofPure, many(rows, 'loads'), many(rows, 'runs'), percent];
}

const entries = await readFolder(root);
const rows = entries.filter(({ kind }) => kind === 'task').map(describe);
const types = [...new Set(rows.map(({ type }) => type))].sort((a, b) => a.localeCompare(b));
console.log(
  '| output_type | tasks | pure | pure load | pure render | pure run | all load | all run | share |',
);
console.log('|---|---|---|---|---|---|---|---|---|');
for (const type of types) {
  console.log(`| ${type} | ${count(rows.filter((row) => row.type === type)).join(' | ')} |`);
}
console.log(`| all | ${count(rows).join(' | ')} |`);
const classic = rows.filter(({ family }) => CLASSIC.includes(family));
const families = new Set(classic.map(({ family }) => family));
console.log(`| ${families.size} classic English families | ${count(classic).join(' | ')} |`);
const kinds = (kind) => entries.filter((entry) => entry.kind === kind).length;
console.log(
  `\n${kinds('group')} groups, ${kinds('unreadable')} files that are no task (Python classes, fragments)`,
);
const missing = classic.filter(({ runs }) => !runs);
for (const family of new Set(missing.map((row) => row.family))) {
  const some = missing.filter((row) => row.family === family);
  console.log(`- ${family}: ${some.length} do not run: ${some[0].reason ?? 'sampled answers'}`);
}
