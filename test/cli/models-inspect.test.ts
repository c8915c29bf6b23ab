import { expect, test } from 'vitest';
import { modelsInspectCommand } from '../../src/cli/models-inspect.js';
import { describeModelFile } from '../../src/session/describe-model.js';
import { join } from 'node:path';
import { goldensOf, TINY } from '../helpers/tiny-jobs.js';
import { runCli } from '../helpers/cli.js';

test('a family is described model by model', async () => {
  expect(modelsInspectCommand().name()).toBe('inspect');
  const { stdout, code } = await runCli(['models', 'inspect', TINY]);
  expect(code).toBe(0);
  expect(stdout).toContain('small  (');
  expect(stdout).toContain(
    `parameters  ${goldensOf('large').nParams.toLocaleString('en-US')}, 5,200 without embeddings`,
  );
  expect(stdout).toContain('context     64 tokens');
  expect(stdout).toContain('tokenizer   257 tokens, prefix 0, end 0');
  expect(stdout).toContain(
    'input_ids, attention_mask, position_ids, 4 float32 cache tensors -> float32 logits over',
  );
  expect(stdout).toContain('programs: score, shared contexts, generate');
});

test('a model that cannot be rewritten is told with the reasons', () => {
  const file = join(import.meta.dirname, '../fixtures/models/endless/model.onnx');
  expect(describeModelFile(file).programs).toEqual({
    score: null,
    shared: 'it has no cache (past_key_values)',
    tree: 'it takes no positions',
    generate: 'it has no cache (past_key_values)',
  });
});
