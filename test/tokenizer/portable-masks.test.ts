import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const TESTS = ['goldens', 'splitters'].map((name) => `test/tokenizer/${name}.test.ts`);

test('goldens and splitters hold without AVX2 too', { timeout: 120_000 }, async () => {
  const env = { ...process.env, SCALESWEEP_MASKS: 'portable' };
  const run = promisify(execFile);
  const node = (...args: string[]): Promise<{ stdout: string }> =>
    run(process.execPath, args, { cwd: ROOT, env });
  const path = `
    import { createRequire } from 'node:module';
    import { readFileSync } from 'node:fs';
    import { gunzipSync } from 'node:zlib';
    const { NativeTokenizer } = createRequire(${JSON.stringify(join(ROOT, 'x'))})('./build/Release/tokenizer.node');
    const file = gunzipSync(readFileSync('test/fixtures/tokenizer/gpt2.json.gz'));
    console.log(new NativeTokenizer(file).describe().path);`;
  const { stdout } = await node('--input-type=module', '--eval', path);
  expect(stdout).toContain('masks by portable code');
  await node('node_modules/vitest/vitest.mjs', 'run', ...TESTS);
});
