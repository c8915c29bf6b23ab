import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { runCli, type CliOptions, type CliResult } from '../helpers/cli.js';
import { writeSmallFamily, type SmallFamily } from '../helpers/small-family.js';

const WRONG_REQUEST = 2;
const SOME_FAILED = 1;

let pristine = '';
let root = '';
let small: SmallFamily;

beforeAll(async () => {
  pristine = mkdtempSync(join(tmpdir(), 'scalesweep-bad-'));
  await writeSmallFamily(join(pristine, 'good'), { widths: [32], samples: 6 });
});

afterAll(() => {
  rmSync(pristine, { recursive: true, force: true });
});

let copies = 0;

beforeEach(() => {
  root = join(pristine, `copy-${copies++}`);
  cpSync(join(pristine, 'good'), root, { recursive: true });
  small = { family: join(root, 'models', 'small'), tasks: join(root, 'tasks', 'small_choice.yaml') };
});

const modelDirectory = (): string => join(small.family, 'small-32');

function sweep(extra: readonly string[] = [], options: CliOptions = {}): Promise<CliResult> {
  const base = ['run', '--family', small.family, '--task', small.tasks, '--out', join(root, 'run')];
  return runCli([...base, '--device', 'cpu', ...extra], '', options);
}

/** What a user sees of a refusal: one line, no stack, nothing on stdout. */
function expectRefusal({ code, stdout, stderr }: CliResult, sentence: RegExp): void {
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toMatch(/\n\s+at |defect of scalesweep/);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect({ code, stdout }).toEqual({ code: WRONG_REQUEST, stdout: '' });
}

/** A trial that cannot be done fails with its reason, and the sweep ends in order. */
function expectFailedTrial({ code, stderr }: CliResult, sentence: RegExp): void {
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toMatch(/\n\s+at |defect of scalesweep/);
  expect(code).toBe(SOME_FAILED);
}

test('a family that does not exist is named', async () => {
  small = { ...small, family: join(root, 'nowhere') };
  expectRefusal(await sweep(), /nowhere/);
});

test('a directory without a model is named, with what was looked for', async () => {
  const empty = join(root, 'empty');
  mkdirSync(empty);
  small = { ...small, family: empty };
  expectRefusal(await sweep(), /empty.*(config\.json|model\.onnx)/);
});

test('a truncated model.onnx is named', async () => {
  truncateSync(join(modelDirectory(), 'onnx', 'model.onnx'), 5000);
  expectRefusal(await sweep(), /model\.onnx/);
});

test('a model whose external data are cut short is named', async () => {
  truncateSync(join(modelDirectory(), 'onnx', 'model.onnx_data'), 5000);
  expectRefusal(await sweep(), /model\.onnx_data/);
});

test('a tokenizer.json that is not JSON is named', async () => {
  writeFileSync(join(modelDirectory(), 'tokenizer.json'), '{"version": ');
  expectFailedTrial(await sweep(), /tokenizer\.json: not JSON/);
});

test('a tokenizer of an unknown type is named with its type', async () => {
  writeFileSync(
    join(modelDirectory(), 'tokenizer.json'),
    JSON.stringify({ version: '1.0', model: { type: 'Runes', vocab: {} } }),
  );
  expectFailedTrial(await sweep(), /tokenizer\.json.*Runes/);
});

test('a tokenizer whose ids exceed the vocabulary of the model is told so with both numbers', async () => {
  const file = join(modelDirectory(), 'tokenizer.json');
  const tokenizer = JSON.parse(readFileSync(file, 'utf8')) as { model: { vocab: Record<string, number> } };
  // Every id far above the model's 300 rows.
  for (const [token, id] of Object.entries(tokenizer.model.vocab)) tokenizer.model.vocab[token] = id + 4000;
  writeFileSync(file, JSON.stringify({ ...tokenizer, added_tokens: [] }));
  expectFailedTrial(await sweep(), /(4\d\d\d.*300|300.*4\d\d\d)/);
});

test('an unknown field in a task file is named with its file', async () => {
  const text = readFileSync(small.tasks, 'utf8');
  writeFileSync(small.tasks, `${text}doc_to_txt: "oops"\n`);
  expectRefusal(await sweep(), /doc_to_txt.*small_choice\.yaml|small_choice\.yaml.*doc_to_txt/);
});

test('a missing data file is named with its task', async () => {
  unlinkSync(join(root, 'tasks', 'data', 'small_choice.jsonl'));
  expectRefusal(await sweep(), /small_choice\.jsonl/);
});

test('a broken line of a JSONL file is named by number', async () => {
  const file = join(root, 'tasks', 'data', 'small_choice.jsonl');
  const lines = readFileSync(file, 'utf8').split('\n');
  lines[2] = (lines[2] ?? '').slice(0, 20);
  writeFileSync(file, lines.join('\n'));
  expectRefusal(await sweep(), /small_choice\.jsonl.*(line 3|:3)/);
});

test('an unknown device is refused with the known ones', async () => {
  expectRefusal(await sweep(['--device', 'npu']), /cpu, webgpu.*cuda.*"npu"/);
});

test.skipIf(process.env['CUDA_VISIBLE_DEVICES'] !== undefined)(
  'CUDA that is asked for and absent names the command that installs it',
  async () => {
    const path = `${root}:${process.env['PATH'] ?? ''}`;
    writeFileSync(join(root, 'nvidia-smi'), '#!/bin/sh\nexit 9\n', { mode: 0o755 });
    expectRefusal(await sweep(['--device', 'cuda:0'], { env: { PATH: path } }), /npm run setup:cuda/);
  },
);

test('several mistakes are told at once', async () => {
  const { code, stderr } = await sweep(['--limit', 'many', '--seed', '-1', '--device', 'npu']);
  expect(code).toBe(WRONG_REQUEST);
  for (const word of [/limit/, /seed/, /npu/]) expect(stderr).toMatch(word);
});

test('a flag that does not exist is refused with a hint', async () => {
  const { code, stderr } = await sweep(['--limmit', '3']);
  expect(code).toBe(WRONG_REQUEST);
  expect(stderr).toMatch(/--limit/);
});

test('a sweep file that is not YAML is named', async () => {
  const file = join(root, 'sweep.yaml');
  writeFileSync(file, 'tasks: [a, b\nshots: 1');
  expectRefusal(await runCli(['run', file]), /sweep\.yaml/);
});
