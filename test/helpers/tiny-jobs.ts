import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { digestOfValue } from '../../src/files/digest.js';
import type { BatchResult, Engine, TrialJob, TrialLayout, TrialTelemetry } from '../../src/domain/engine.js';
import type { Response, TextRequest } from '../../src/domain/request.js';

/** The fixture family of test/oracles/make_tiny_models.py. */
export const TINY = resolve(import.meta.dirname, '../fixtures/models/tiny');

export interface Golden {
  readonly request: TextRequest;
  readonly response: Response;
}

/** What PyTorch says of a fixture model. */
export function goldensOf(model: string): { nParams: number; cases: Golden[] } {
  return goldensIn(join(TINY, model));
}

/** The same for the model of any directory with goldens. */
export function goldensIn(directory: string): { nParams: number; cases: Golden[] } {
  return JSON.parse(readFileSync(join(directory, 'goldens.json'), 'utf8')) as {
    nParams: number;
    cases: Golden[];
  };
}

/** A trial of a fixture model. */
export function tinyJob(requests: readonly TextRequest[], overrides: Partial<TrialJob> = {}): TrialJob {
  const directory = join(TINY, 'large');
  return {
    key: 'trial',
    modelFile: join(directory, 'model.onnx'),
    modelDirectory: directory,
    tokenizerFile: join(directory, 'tokenizer.json'),
    workloadId: digestOfValue(requests),
    requests,
    threads: 1,
    maxBatchTokens: 512,
    finishedBatches: new Set(),
    ...overrides,
  };
}

export interface TrialRecord {
  readonly layout: TrialLayout | null;
  readonly batches: readonly BatchResult[];
  /** By request; undefined where no batch answered it. */
  readonly responses: readonly (Response | undefined)[];
  readonly telemetry: TrialTelemetry;
  /** What parts of batches were bound to, as memory did not suffice. */
  readonly bounds: readonly number[];
}

/** Runs a trial and keeps all that it says. */
export async function record(
  engine: Engine,
  job: TrialJob,
  onBatch: (batch: BatchResult) => void = () => undefined,
): Promise<TrialRecord> {
  let layout: TrialLayout | null = null;
  const batches: BatchResult[] = [];
  const bounds: number[] = [];
  const telemetry = await engine.runTrial(job, {
    onLayout: (made) => {
      layout = made;
    },
    onBound: (bound) => bounds.push(bound),
    onBatch: (batch) => {
      batches.push(batch);
      onBatch(batch);
    },
  });
  const responses: (Response | undefined)[] = job.requests.map(() => undefined);
  for (const batch of batches) {
    batch.requests.forEach((request, index) => {
      responses[request] = batch.responses[index];
    });
  }
  return { layout, batches, responses, telemetry, bounds };
}
