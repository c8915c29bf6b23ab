import type { BatchResult, Engine, TrialJob } from '../../src/domain/engine.js';
import type { Family, Model } from '../../src/domain/model.js';
import type { Response } from '../../src/domain/request.js';
import type { Workload } from '../../src/domain/task.js';
import type { TrialScorer } from '../../src/schedule/chunk-scoring.js';

const ROWS_PER_BATCH = 2;

export function fakeModel(name: string, nParams: number, family = 'fake'): Model {
  return {
    family,
    name,
    directory: `/models/${name}`,
    nParams,
    nParamsNonEmbedding: nParams / 2,
    trainingTokens: null,
    seed: null,
    distinctExamples: null,
    notes: null,
    files: { fp32: `/models/${name}/model.onnx` },
    tokenizerFile: `/models/${name}/tokenizer.json`,
  };
}

export function fakeFamily(...models: readonly Model[]): Family {
  return { name: 'fake', directory: '/models', models };
}

/** A workload of one-request samples whose continuations are the sample numbers. */
export function fakeWorkload(name: string, nSamples: number): Workload {
  const metrics = [{ name: 'acc', higherIsBetter: true, chance: 0.5 }];
  return {
    id: `workload-${name}-${nSamples}`,
    task: {
      name,
      alias: null,
      version: '1',
      outputType: 'loglikelihood',
      source: `${name}.yaml`,
      digest: `digest-${name}`,
      tags: [],
      defaultShots: 0,
      metrics,
    },
    shots: 0,
    samples: Array.from({ length: nSamples }, (_, docId) => ({
      docId,
      doc: {},
      requests: [{ kind: 'loglikelihood', context: `${name} `, continuation: String(docId) }],
    })),
  };
}

/** The mean of minus the loglikelihoods, which the fake engine makes equal to the sample's number. */
export function fakeScorer(): TrialScorer {
  const docIds: number[] = [];
  const values: number[] = [];
  return {
    add: ({ docId }, [response]) => {
      values.push(numberOf(response));
      docIds.push(docId);
    },
    finish: () => {
      const value = values.reduce((sum, one) => sum + one, 0) / values.length;
      const columns = [Float64Array.from(values)];
      return {
        scores: { names: ['acc'], docIds: Float64Array.from(docIds), columns },
        metrics: { acc: { value, stderr: null, ci95: null } },
      };
    },
  };
}

function numberOf(response: Response | undefined): number {
  return response?.kind === 'loglikelihood' ? -response.loglikelihood : Number.NaN;
}

export interface FakeEngineOptions {
  readonly capacity?: number;
  /** Called before each batch; what it throws fails the trial. */
  readonly beforeBatch?: (job: TrialJob, index: number) => void;
  readonly layoutDigest?: string;
  /** What memory turns out to hold, told before the first batch that it is too little for. */
  readonly memoryTokens?: number;
}

/** An engine without a model: batches of two requests, answered with minus the number that each asks for. */
export function fakeEngine(device: string, options: FakeEngineOptions = {}): Engine & { ran: string[] } {
  const ran: string[] = [];
  return {
    device,
    ran,
    capacity: options.capacity ?? 1,
    async runTrial(job, handlers) {
      const nBatches = Math.ceil(job.requests.length / ROWS_PER_BATCH);
      handlers.onLayout({ nBatches, digest: options.layoutDigest ?? `layout-${job.requests.length}` });
      const { memoryTokens = Infinity } = options;
      if ((job.maxPartTokens ?? job.maxBatchTokens) > memoryTokens) handlers.onBound?.(memoryTokens);
      for (let index = 0; index < nBatches; index++) {
        await Promise.resolve();
        if (job.finishedBatches.has(index)) continue;
        options.beforeBatch?.(job, index);
        handlers.onBatch(fakeBatch(job, index));
        ran.push(`${job.modelFile}#${index}`);
      }
      return { loadMs: 1, peakRssBytes: 1, workers: 1, threads: 1, executionProvider: 'cpu', notes: [] };
    },
    close: () => Promise.resolve(),
    kill: () => undefined,
  };
}

function askedNumber({ requests }: TrialJob, index: number): number {
  const request = requests[index];
  return request?.kind === 'loglikelihood' ? Number(request.continuation) : Number.NaN;
}

function fakeBatch(job: TrialJob, index: number): BatchResult {
  const first = index * ROWS_PER_BATCH;
  const requests = [first, first + 1].filter((request) => request < job.requests.length);
  return {
    index,
    requests,
    responses: requests.map((request) => ({
      kind: 'loglikelihood',
      loglikelihood: -askedNumber(job, request),
      isGreedy: false,
      nTokens: 1,
    })),
    elapsedMs: 1,
    promptTokens: requests.length,
    generatedTokens: 0,
    computedTokens: requests.length,
    rows: requests.length,
  };
}
