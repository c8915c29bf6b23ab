import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');

/** The architecture, executable: a folder of src/ may import from the folders in its row, and from itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  errors: [],
  domain: [],
  stats: [],
  python: ['errors'],
  files: ['errors'],
  machine: ['files', 'errors'],
  onnx: ['files', 'errors'],
  builder: ['onnx', 'files', 'stats', 'domain', 'errors'],
  tokenizer: ['domain', 'files', 'errors'],
  hub: ['files', 'errors'],
  catalog: ['domain', 'files', 'hub', 'onnx', 'errors'],
  similarity: ['python', 'stats'],
  task: ['domain', 'files', 'hub', 'python', 'similarity', 'stats', 'errors'],
  score: ['domain', 'stats', 'python', 'similarity', 'task', 'errors'],
  'lm-eval': ['domain', 'files', 'python', 'task', 'score', 'errors'],
  session: ['domain', 'files', 'onnx', 'tokenizer', 'errors'],
  engine: ['domain', 'files', 'machine', 'onnx', 'session', 'tokenizer', 'errors'],
  spec: ['domain', 'files', 'stats', 'errors'],
  plan: ['domain', 'files', 'spec', 'catalog', 'task', 'errors'],
  journal: ['domain', 'files', 'stats', 'errors'],
  schedule: ['domain', 'engine', 'journal', 'plan', 'errors'],
  analysis: ['domain', 'files', 'stats', 'errors'],
  report: ['domain', 'files', 'stats', 'analysis', 'errors'],
};

/** Folders that tie everything together may import all rows above; cli/ may also import run/. */
const CONDUCTORS: Record<string, readonly string[]> = {
  run: [],
  bench: ['run'],
  cli: ['run', 'bench'],
  index: ['run', 'bench'],
};

/** Packages and words that belong to one place. */
const ONLY_IN: readonly (readonly [pattern: RegExp, folders: readonly string[]])[] = [
  [/from 'onnxruntime-node'/, ['session', 'cli', 'machine']],
  [/from 'piscina'/, ['engine']],
  [/from 'commander'/, ['cli']],
  [/process\.exit\b/, ['cli', 'engine']],
  [/\bconsole\./, ['cli']],
];

const MAX_LINES = 300;
const DRAWERS = ['utils', 'types', 'helpers', 'constants', 'common', 'misc'];

function filesUnder(folder: string, ending: RegExp): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && ending.test(entry.name) && !entry.parentPath.includes('node_modules'),
    )
    .map((entry) => join(entry.parentPath, entry.name));
}

function folderOf(file: string): string {
  return (relative(SRC, file).split('/')[0] ?? '').replace(/\.ts$/, '');
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map((match) =>
    resolve(dirname(file), (match[1] ?? '').replace(/\.js$/, '.ts')),
  );
}

const sources = filesUnder(SRC, /\.ts$/);

test('every folder imports only from the folders in its row', () => {
  const everything = Object.keys(MAY_IMPORT);
  const broken = sources.flatMap((file) => {
    const folder = folderOf(file);
    const allowed = MAY_IMPORT[folder] ?? [...everything, ...(CONDUCTORS[folder] ?? [])];
    return importsOf(file)
      .map(folderOf)
      .filter((target) => target !== folder && !allowed.includes(target))
      .map((target) => `${relative(ROOT, file)}: ${folder}/ may not import ${target}/`);
  });
  expect(broken).toEqual([]);
});

test('every folder of src/ has a row', () => {
  const known = new Set([...Object.keys(MAY_IMPORT), ...Object.keys(CONDUCTORS)]);
  expect(sources.map(folderOf).filter((folder) => !known.has(folder))).toEqual([]);
});

test('no two files import each other, directly or through others', () => {
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      cycles.push(
        [...path.slice(path.indexOf(file)), file].map((entry) => relative(SRC, entry)).join(' -> '),
      );
      return;
    }
    state.set(file, 'open');
    for (const target of importsOf(file)) visit(target, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of sources) visit(file, []);
  expect(cycles).toEqual([]);
});

test('packages and powers stay in their folders', () => {
  const broken = sources.flatMap((file) =>
    ONLY_IN.filter(
      ([pattern, folders]) => !folders.includes(folderOf(file)) && pattern.test(readFileSync(file, 'utf8')),
    ).map(
      ([pattern, folders]) => `${relative(ROOT, file)}: ${String(pattern)} belongs to ${folders.join(', ')}`,
    ),
  );
  expect(broken).toEqual([]);
});

test('only addon.cc knows Node', () => {
  const sourcesInC = filesUnder(join(ROOT, 'native'), /\.(cc|h)$/);
  const knowing = sourcesInC.filter((file) => /napi|node\.h|v8\.h/.test(readFileSync(file, 'utf8')));
  expect(knowing.map((file) => relative(ROOT, file)).filter((file) => file !== 'native/addon.cc')).toEqual(
    [],
  );
});

test('files stay small and no file is a drawer', () => {
  const all = [
    ...sources,
    ...filesUnder(join(ROOT, 'test'), /\.ts$/),
    ...filesUnder(join(ROOT, 'bench'), /\.(ts|mjs)$/),
  ];
  const tooLong = all
    .map((file) => ({ file: relative(ROOT, file), lines: readFileSync(file, 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > MAX_LINES);
  expect(tooLong).toEqual([]);
  expect(sources.filter((file) => DRAWERS.some((name) => file.endsWith(`/${name}.ts`)))).toEqual([]);
});
