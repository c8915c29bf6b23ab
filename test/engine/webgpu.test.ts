import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TextRequest } from '../../src/domain/request.js';
import { openEngine, type OpenEngineOptions } from '../../src/engine/open-engine.js';
import { NO_CHROMIUM, softwareVulkan } from '../helpers/find-chromium.js';
import { record, TINY, tinyJob } from '../helpers/tiny-jobs.js';

// On the software Vulkan driver that comes with Chromium; on the machine's own GPU where SCALESWEEP_TEST_GPU is set.
const driver = process.env['SCALESWEEP_TEST_GPU'] === undefined ? softwareVulkan() : {};
const skipped = driver === null ? ` (skipped: ${NO_CHROMIUM}, or set SCALESWEEP_TEST_GPU)` : '';
Object.assign(process.env, driver);

const SMALL = join(TINY, 'small/model.onnx');
const REQUESTS: TextRequest[] = [
  ...['abc def', 'hij'].flatMap((context) =>
    [' ab', ' cde'].map((continuation): TextRequest => ({ kind: 'loglikelihood', context, continuation })),
  ),
  { kind: 'loglikelihood', context: 'a single', continuation: ' one' },
  { kind: 'generate_until', context: 'abc', until: ['\n'], maxNewTokens: 4 },
  { kind: 'generate_until', context: 'abcde', until: ['\n'], maxNewTokens: 4 },
];
const STEPS = 'generates with a run for every token: WebGPU has no Loop';

async function ask(
  device: string,
  modelFile: string,
  options: Partial<OpenEngineOptions> = {},
  requests = REQUESTS,
) {
  const engine = await openEngine({ device, workers: 1, ...options });
  try {
    return await record(engine, tinyJob(requests, { modelFile }));
  } finally {
    engine.kill();
  }
}

test.skipIf(driver === null)(`WebGPU answers as the CPU does${skipped}`, { timeout: 600_000 }, async () => {
  const cpu = await ask('cpu', SMALL);
  const webgpu = await ask('webgpu', SMALL);
  expect(webgpu.telemetry).toMatchObject({ executionProvider: 'WebGpuExecutionProvider', notes: [STEPS] });
  cpu.responses.forEach((response, index) => {
    const other = webgpu.responses[index];
    if (response?.kind !== 'loglikelihood' || other?.kind !== 'loglikelihood')
      expect(other).toEqual(response);
    else expect(Math.abs(other.loglikelihood - response.loglikelihood)).toBeLessThan(1e-3 * response.nTokens);
  });
});

test.skipIf(driver === null)(
  `a model that WebGPU leaves to the CPU in part fails with the nodes named, unless that is allowed${skipped}`,
  { timeout: 600_000 },
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'placement-'));
    try {
      cpSync(join(TINY, 'small'), directory, { recursive: true });
      const modelFile = join(directory, 'model.onnx');
      // Hardmax has no kernel for WebGPU, and a name as long as Softmax.
      const bytes = readFileSync(modelFile, 'latin1').replaceAll('Softmax', 'Hardmax');
      writeFileSync(modelFile, bytes, 'latin1');
      const one = REQUESTS.slice(0, 1);
      for (const programs of [true, false]) {
        const refused = ask('webgpu', modelFile, { programs }, one);
        await expect(refused).rejects.toHaveProperty('code', 'NODES_ON_CPU');
        await expect(refused).rejects.toThrow(
          /^Expected webgpu to run all of .*model\.onnx, but it leaves \d nodes? to the CPU: Hardmax .*--allow-cpu-nodes/,
        );
      }
      const allowed = await ask('webgpu', modelFile, { allowCpuNodes: true }, one);
      expect(allowed.telemetry.notes).toContainEqual(expect.stringMatching(/^runs on the CPU: Hardmax /));
      expect(allowed.responses).not.toContain(undefined);
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);
