import type { Engine } from '../domain/engine.js';
import type { Model, Precision } from '../domain/model.js';
import type { Response, TextRequest } from '../domain/request.js';
import { digestOfValue } from '../files/digest.js';
import { openEngine } from './open-engine.js';
import { PROBE_CHOICES, probeRequests } from './probe-requests.js';

/** One way of running a model, compared with the reference: full logits on the CPU, a context at a time. */
export interface NumericsRow {
  readonly device: string;
  readonly way: string;
  /** Largest difference of a loglikelihood, in nats a scored token. */
  readonly maxDifference: number;
  /** Questions, of `questions`, whose likeliest choice is another. */
  readonly flipped: number;
  readonly questions: number;
  /** Generations, of `generations`, that differ. */
  readonly differentGenerations: number;
  readonly generations: number;
  readonly notes: readonly string[];
}

interface Way {
  readonly name: string;
  readonly programs: boolean;
  readonly maxBatchTokens: number;
}

const MANY_TOKENS = 4096;
const REFERENCE: Way = { name: 'full logits, a context at a time', programs: false, maxBatchTokens: 1 };
const WAYS: readonly Way[] = [
  { name: 'full logits, batched', programs: false, maxBatchTokens: MANY_TOKENS },
  { name: 'programs, a context at a time', programs: true, maxBatchTokens: 1 },
  { name: 'programs, batched', programs: true, maxBatchTokens: MANY_TOKENS },
];

/** Asks a model the same probe in every way on every device. Throws what opening or running throws. */
export async function checkNumerics(
  model: Model,
  { precision, devices }: { readonly precision: Precision; readonly devices: readonly string[] },
): Promise<NumericsRow[]> {
  const reference = (await ask(model, precision, 'cpu', REFERENCE)).responses;
  const rows: NumericsRow[] = [];
  for (const device of devices) {
    for (const way of WAYS) {
      const { responses, notes } = await ask(model, precision, device, way);
      rows.push({ device, way: way.name, ...compareResponses(reference, responses), notes });
    }
  }
  return rows;
}

interface Asked {
  readonly responses: readonly Response[];
  readonly notes: readonly string[];
}

async function ask(model: Model, precision: Precision, device: string, way: Way): Promise<Asked> {
  const engine = await openEngine({ device, workers: 1, programs: way.programs, allowCpuNodes: true });
  try {
    return await runProbe(engine, { model, precision, maxBatchTokens: way.maxBatchTokens });
  } finally {
    await engine.close();
  }
}

async function runProbe(
  engine: Engine,
  { model, precision, maxBatchTokens }: { model: Model; precision: Precision; maxBatchTokens: number },
): Promise<Asked> {
  const requests: readonly TextRequest[] = probeRequests();
  const responses: Response[] = [];
  const job = {
    key: 'probe',
    modelFile: model.files[precision] ?? '',
    modelDirectory: model.directory,
    tokenizerFile: model.tokenizerFile,
    workloadId: digestOfValue(requests),
    requests,
    threads: 1,
    maxBatchTokens,
    finishedBatches: new Set<number>(),
  };
  const { notes } = await engine.runTrial(job, {
    onLayout: () => undefined,
    onBatch: (batch) => {
      batch.requests.forEach((request, index) => {
        const response = batch.responses[index];
        if (response !== undefined) responses[request] = response;
      });
    },
  });
  return { responses, notes };
}

/** How far answers to the probe lie from the reference's. */
export function compareResponses(
  reference: readonly Response[],
  responses: readonly Response[],
): Omit<NumericsRow, 'device' | 'way' | 'notes'> {
  let maxDifference = 0;
  let generations = 0;
  let differentGenerations = 0;
  reference.forEach((expected, index) => {
    const got = responses[index];
    if (expected.kind === 'generate_until') {
      generations++;
      if (got?.kind !== 'generate_until' || got.text !== expected.text) differentGenerations++;
    } else if (got !== undefined && got.kind !== 'generate_until') {
      const difference = Math.abs(got.loglikelihood - expected.loglikelihood) / Math.max(1, expected.nTokens);
      maxDifference = Math.max(maxDifference, difference);
    }
  });
  const expectedChoices = likeliestChoices(reference);
  const choices = likeliestChoices(responses);
  const flipped = expectedChoices.filter((choice, question) => choices[question] !== choice).length;
  return { maxDifference, flipped, questions: expectedChoices.length, differentGenerations, generations };
}

/** The likeliest choice of every question: its choices stand one after the other. */
function likeliestChoices(responses: readonly Response[]): number[] {
  const values = responses.flatMap((response) =>
    response.kind === 'loglikelihood' ? [response.loglikelihood] : [],
  );
  return Array.from({ length: Math.floor(values.length / PROBE_CHOICES) }, (_, question) => {
    const choices = values.slice(question * PROBE_CHOICES, (question + 1) * PROBE_CHOICES);
    return choices.indexOf(Math.max(...choices));
  });
}
