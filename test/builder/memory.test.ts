import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const BUILD = new URL('../../dist/builder/build-model.js', import.meta.url).href;

/** Peak resident memory, in bytes, of a process that builds a model of so many layers; and the weights it wrote. */
function buildIn(directory: string, layers: number): { peakBytes: number; weightBytes: number } {
  const dimensions = { hidden: 512, layers, heads: 8, kvHeads: 8, intermediate: 1376, after: null };
  const request = { architecture: 'llama', dimensions, vocabulary: 500, context: 64, seed: 0 };
  const script = `import { buildModel } from ${JSON.stringify(BUILD)};
    await buildModel(${JSON.stringify(directory)}, ${JSON.stringify({ ...request, precision: 'fp32', style: 'portable' })});
    console.log(process.resourceUsage().maxRSS * 1024);`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script]);
  const weightBytes = statSync(join(directory, 'onnx/model.onnx_data')).size;
  return { peakBytes: Number(output.toString('utf8')), weightBytes };
}

test('weights are streamed: a model fifteen times as large takes no more memory to write', () => {
  const directory = mkdtempSync(join(tmpdir(), 'streamed-'));
  const small = buildIn(join(directory, 'small'), 1);
  const large = buildIn(join(directory, 'large'), 15);
  rmSync(directory, { recursive: true });
  expect(large.weightBytes).toBeGreaterThan(180e6);
  expect(large.peakBytes - small.peakBytes).toBeLessThan(60e6);
}, 120_000);
