import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TextRequest } from '../../src/domain/request.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { NO_CHROMIUM, softwareVulkan } from '../helpers/find-chromium.js';
import { record, TINY, tinyJob } from '../helpers/tiny-jobs.js';

// On the software Vulkan driver that comes with Chromium; on the machine's own GPU where SCALESWEEP_TEST_GPU is set.
const driver = process.env['SCALESWEEP_TEST_GPU'] === undefined ? softwareVulkan() : {};
const skipped = driver === null ? ` (skipped: ${NO_CHROMIUM}, or set SCALESWEEP_TEST_GPU)` : '';
Object.assign(process.env, driver);

const REQUESTS: TextRequest[] = [
  ...['abc def', 'hij'].flatMap((context) =>
    [' ab', ' cde'].map((continuation): TextRequest => ({ kind: 'loglikelihood', context, continuation })),
  ),
  { kind: 'generate_until', context: 'abc', until: ['\n'], maxNewTokens: 3 },
  { kind: 'generate_until', context: 'abcde', until: ['\n'], maxNewTokens: 3 },
];

test.skipIf(driver === null)(`WebGPU answers as the CPU does${skipped}`, { timeout: 600_000 }, async () => {
  const answers = [];
  for (const device of ['cpu', 'webgpu']) {
    const engine = await openEngine({ device, workers: 1 });
    answers.push(await record(engine, tinyJob(REQUESTS, { modelFile: join(TINY, 'small/model.onnx') })));
    await engine.close();
  }
  const [cpu, webgpu] = answers;
  expect(webgpu?.telemetry).toMatchObject({
    executionProvider: 'WebGpuExecutionProvider',
    notes: ['generates with a run for every token: WebGPU has no Loop'],
  });
  cpu?.responses.forEach((response, index) => {
    const other = webgpu?.responses[index];
    if (response?.kind !== 'loglikelihood' || other?.kind !== 'loglikelihood')
      expect(other).toEqual(response);
    else expect(Math.abs(other.loglikelihood - response.loglikelihood)).toBeLessThan(1e-3 * response.nTokens);
  });
});
