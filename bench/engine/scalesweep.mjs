import { join, resolve } from 'node:path';
import { openEngine } from '../../dist/engine/open-engine.js';

/** Opens the engine on the CPU, as a sweep does: texts in, answers out. */
export async function openScalesweep({ workers, threads = 1, programs = true }) {
  const engine = await openEngine({ device: 'cpu', workers, programs });
  let number = 0;
  // Every call is a workload of its own, so that texts are encoded anew; `workloadId` names one to be kept.
  const answer = async ({ directory, file, requests, workloadId, maxBatchTokens = 4096 }) => {
    const answers = Array.from({ length: requests.length });
    const key = `work ${number++}`;
    const job = {
      key,
      modelFile: file ?? join(resolve(directory), 'onnx/model.onnx'),
      modelDirectory: resolve(directory),
      tokenizerFile: join(resolve(directory), 'tokenizer.json'),
      workloadId: workloadId ?? key,
      requests,
      threads,
      maxBatchTokens,
      finishedBatches: new Set(),
    };
    const onBatch = (batch) =>
      batch.requests.forEach((request, index) => {
        const response = batch.responses[index];
        answers[request] = response.kind === 'generate_until' ? response.text : response.loglikelihood;
      });
    await engine.runTrial(job, { onLayout: () => undefined, onBatch });
    return answers;
  };
  return {
    pid: () => engine.pid,
    close: () => engine.close(),
    answer,
    /** Many trials, as many at once as the engine asks for. */
    trials: async (trials) => {
      const call = number++;
      const answers = Array.from({ length: trials.length });
      let next = 0;
      const runner = async () => {
        while (next < trials.length) {
          const index = next++;
          const { workloadId, ...trial } = trials[index];
          const kept = workloadId && `${call} ${workloadId}`;
          answers[index] = await answer({ ...trial, workloadId: kept });
        }
      };
      await Promise.all(Array.from({ length: engine.capacity }, runner));
      return answers;
    },
  };
}
