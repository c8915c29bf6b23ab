import { isScalar, parseDocument, visit, type Document, type ScalarTag } from 'yaml';
import { floatRepr } from '../../python/repr.js';
import { pyDict, pyFloat, PyFloat, type PyValue } from '../../python/value.js';
import { SweepError } from '../../errors.js';
import { FunctionRef } from '../function-ref.js';

/** What a task file holds: YAML values with Python's types, and `!function` references. */
export type YamlValue = unknown;

// PyYAML resolves plain scalars by YAML 1.1 with its own patterns: yes/no are booleans, y/n are text, 1e3 is text.
function plainTag(name: string, test: RegExp, resolve: (text: string) => unknown): ScalarTag {
  return { tag: `tag:yaml.org,2002:${name}`, default: true, test, resolve };
}

const PLAIN_TAGS: readonly ScalarTag[] = [
  plainTag('null', /^(?:~|null|Null|NULL|)$/, () => null),
  plainTag('bool', /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/, () => true),
  plainTag('bool', /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/, () => false),
  plainTag('int', /^[-+]?0b[0-1_]+$/, (text) => withSign(text, (digits) => Number(digits))),
  plainTag('int', /^[-+]?0x[0-9a-fA-F_]+$/, (text) => withSign(text, (digits) => Number(digits))),
  plainTag('int', /^[-+]?0[0-7_]+$/, (text) => withSign(text, (digits) => Number.parseInt(digits, 8))),
  plainTag('int', /^[-+]?(?:0|[1-9][0-9_]*)$/, (text) => withSign(text, (digits) => Number(digits))),
  plainTag('int', /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/, (text) => withSign(text, fromSexagesimal)),
  plainTag(
    'float',
    /^(?:[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$/,
    (text) => pyFloat(Number(text.replaceAll('_', ''))),
  ),
  plainTag('float', /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/, (text) => {
    const digits = text.replaceAll('_', '');
    const value = fromSexagesimal(digits.replace(/^[-+]/, ''));
    return pyFloat(digits.startsWith('-') ? -value : value);
  }),
  plainTag('float', /^[-+]?\.(?:inf|Inf|INF)$/, (text) =>
    pyFloat(text.startsWith('-') ? -Infinity : Infinity),
  ),
  plainTag('float', /^\.(?:nan|NaN|NAN)$/, () => pyFloat(Number.NaN)),
];

function withSign(text: string, read: (digits: string) => number): number | bigint {
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '');
  const value = read(digits);
  if (!Number.isSafeInteger(value) && /^\d+$/.test(digits)) return BigInt(text.replaceAll(/[_+]/g, ''));
  return (text.startsWith('-') ? -value : value) + 0;
}

function fromSexagesimal(text: string): number {
  return text.split(':').reduce((total, part) => total * 60 + Number(part), 0);
}

/** Reads one YAML text as PyYAML does. `file` is named in errors and in function references. */
export function parseYaml(text: string, file: string): YamlValue {
  const functionTag: ScalarTag = {
    tag: '!function',
    resolve: (spec) => new FunctionRef(spec, file),
  };
  const document = readDocument(text, functionTag);
  const [problem] = document.errors;
  if (problem !== undefined) {
    throw new SweepError('BAD_TASK_FILE', `Expected YAML in ${file}: ${inPlainWords(problem.message)}`);
  }
  const strange = document.warnings.find(({ code }) => code === 'TAG_RESOLVE_FAILED');
  if (strange !== undefined) {
    throw new SweepError(
      'BAD_TASK_FILE',
      `Expected only the tag !function in ${file}: ${strange.message.split('\n')[0] ?? ''}`,
    );
  }
  if (!/[\n\r]$/.test(text)) cutLastBlock(document, text);
  try {
    return fromYaml(document.toJS({ maxAliasCount: 1000, mapAsMap: true }));
  } catch (error) {
    const reason = inPlainWords(error instanceof Error ? error.message : String(error));
    throw new SweepError('BAD_TASK_FILE', `Expected YAML in ${file}: ${reason}.`, { cause: error });
  }
}

// The parser says of two limits what they are for it and not what is wrong with the file.
function inPlainWords(message: string): string {
  return (message.split('\n')[0] ?? '')
    .replace('Maximum call stack size exceeded', 'lists or fields too deep in one another, or in themselves')
    .replace(/^Excessive alias count.*/, 'aliases that stand for too many copies');
}

// A block of text that the file ends in, without a newline, has none at its end in PyYAML.
function cutLastBlock(document: Document.Parsed, text: string): void {
  visit(document, {
    Scalar: (_, node) => {
      const isBlock = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
      if (!isScalar(node) || !isBlock || typeof node.value !== 'string' || node.range === null) return;
      if ((node.range?.[1] ?? 0) >= text.length) node.value = node.value.replace(/\n$/, '');
    },
  });
}

// Keys are text here; PyYAML keeps the others apart, which only what asks hasTextKey can tell.
function fromYaml(value: unknown): YamlValue {
  if (Array.isArray(value)) return value.map(fromYaml);
  if (!(value instanceof Map)) return value;
  const entries = [...value].map(([key, item]) => [keyText(key), fromYaml(item) as PyValue] as const);
  const dict = pyDict(entries);
  const others = [...value.keys()].filter((key) => typeof key !== 'string').map(keyText);
  if (others.length > 0) OTHER_KEYS.set(dict, new Set(others));
  return dict;
}

const OTHER_KEYS = new WeakMap<object, ReadonlySet<string>>();

/** False where a mapping of a task file has that key as a number, truth value or null and not as text. */
export function hasTextKey(mapping: object, key: string): boolean {
  return Object.hasOwn(mapping, key) && OTHER_KEYS.get(mapping)?.has(key) !== true;
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return key;
  return key instanceof PyFloat ? floatRepr(key.value) : String(key);
}

const MAX_REPAIRS = 200;

// PyYAML lets a quoted text go on at any indentation, this parser wants it deeper than its key. Blanks at the start
// of such a line are not part of the text, so more of them change nothing. PyYAML also lets the last of equal keys win.
function readDocument(text: string, functionTag: ScalarTag): Document.Parsed {
  let source = text;
  for (let repairs = 0; ; repairs += 1) {
    const document = parseDocument(source, {
      schema: 'failsafe',
      merge: true,
      uniqueKeys: false,
      logLevel: 'silent',
      customTags: (tags) => [...tags, ...PLAIN_TAGS, functionTag],
    });
    const open = document.errors.find(({ message }) => message.startsWith('Missing closing '));
    const lineEnd = open === undefined ? -1 : source.indexOf('\n', open.pos[0] - 1);
    if (lineEnd === -1 || repairs === MAX_REPAIRS) return document;
    source = `${source.slice(0, lineEnd + 1)}${' '.repeat(60)}${source.slice(lineEnd + 1)}`;
  }
}
