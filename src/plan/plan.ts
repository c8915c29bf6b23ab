import type { TrialJob } from '../domain/engine.js';
import type { Family, Model, Precision } from '../domain/model.js';
import type { Workload } from '../domain/task.js';
import type { Trial } from '../domain/trial.js';
import { SweepError } from '../errors.js';
import { digestOfValue } from '../files/digest.js';
import { CHUNK_LIMITS, cutIntoChunks, type Chunk, type ChunkLimits, type CutWorkload } from './chunks.js';
import { spreadOverDevices } from './spread.js';
import { expectedCost } from './trial-cost.js';

/** A trial with all that is needed to run and to score it. */
export interface PlannedTrial<W extends Workload = Workload> {
  readonly trial: Trial;
  readonly model: Model;
  readonly workload: W;
  /** What an engine needs beside the requests. */
  readonly job: Omit<TrialJob, 'finishedBatches' | 'requests'>;
  /** The pieces in which the requests are asked, one after another. */
  readonly chunks: readonly Chunk[];
  readonly nRequests: number;
  /** Expected cost; only ratios matter. */
  readonly cost: number;
}

/** A cell of the sweep that cannot be run, with the reason. */
export interface SkippedTrial {
  readonly trial: Trial;
  readonly model: Model;
  readonly code: string;
  readonly reason: string;
}

export interface Plan<W extends Workload = Workload> {
  /** Changes when any trial's key changes; the journal is bound to it. */
  readonly digest: string;
  /** In the order in which they are run. */
  readonly trials: readonly PlannedTrial<W>[];
  readonly skipped: readonly SkippedTrial[];
}

/** What a plan is made of: everything loaded, nothing left to look up. */
export interface PlanInput<W extends Workload> {
  readonly families: readonly Family[];
  readonly workloads: readonly W[];
  readonly precisions: readonly Precision[];
  readonly devices: readonly string[];
  /** What the pieces of a workload are bound to. @default CHUNK_LIMITS */
  readonly chunkLimits?: ChunkLimits;
  /** Intra-op threads and the bound of a batch for a model on a device. */
  readonly choiceFor: (
    model: Model,
    precision: Precision,
    device: string,
  ) => { readonly threads: number; readonly maxBatchTokens: number };
  /** sha256 (hex) of all that changes a model's answers: weights, configuration, tokenizer. */
  readonly digestOf: (model: Model, precision: Precision) => string;
}

/** Every model x precision x workload as a trial, spread over the devices and ordered so that each model opens once. */
export function planSweep<W extends Workload>(input: PlanInput<W>): Plan<W> {
  const limits = input.chunkLimits ?? CHUNK_LIMITS;
  const cuts = new Map(
    input.workloads.map((workload) => [workload, cutIntoChunks(workload.samples, limits)]),
  );
  const cells = cellsOf(input, cuts);
  const skipped = cells.flatMap(({ model, precision, workload }) =>
    model.files[precision] === undefined ? [skip(model, precision, workload)] : [],
  );
  const possible = cells.filter(({ model, precision }) => model.files[precision] !== undefined);
  const costs = possible.map(({ model, cut }) => expectedCost(model.nParams, cut.expectedTokens));
  const devices = spreadOverDevices(costs, possible.map(sessionOf), input.devices);
  const trials = possible.map((cell, index) =>
    planTrial(input, cell, { device: devices[index] ?? 'cpu', cost: costs[index] ?? 0 }),
  );
  refuseTwins(trials);
  return { digest: digestOfValue(trials.map(({ trial }) => trial.key)), trials, skipped };
}

interface Cell<W extends Workload> {
  readonly model: Model;
  readonly precision: Precision;
  readonly workload: W;
  readonly cut: CutWorkload;
}

/** Opening a session costs most and a workload nothing, so the model varies slowest; small models first, for early news. */
function cellsOf<W extends Workload>(
  { families, precisions }: PlanInput<W>,
  cuts: ReadonlyMap<W, CutWorkload>,
): Cell<W>[] {
  return families.flatMap((family) =>
    family.models.flatMap((model) =>
      precisions.flatMap((precision) =>
        Array.from(cuts, ([workload, cut]) => ({ model, precision, workload, cut })),
      ),
    ),
  );
}

const sessionOf = ({ model, precision }: Pick<Cell<Workload>, 'model' | 'precision'>): string =>
  `${model.family}/${model.name}/${precision}`;

function planTrial<W extends Workload>(
  input: PlanInput<W>,
  { model, precision, workload, cut }: Cell<W>,
  { device, cost }: { device: string; cost: number },
): PlannedTrial<W> {
  const { threads, maxBatchTokens } = input.choiceFor(model, precision, device);
  const key = digestOfValue({
    family: model.family,
    model: model.name,
    weights: input.digestOf(model, precision),
    precision,
    task: workload.task.digest,
    shots: workload.shots,
    requests: workload.id,
    maxBatchTokens,
    threads,
  }).slice(0, 32);
  const job = {
    key,
    modelFile: model.files[precision] ?? '',
    modelDirectory: model.directory,
    tokenizerFile: model.tokenizerFile,
    workloadId: workload.id,
    threads,
    maxBatchTokens,
  };
  const trial = trialOf(key, { model, precision, workload }, device);
  return { trial, model, workload, job, chunks: cut.chunks, nRequests: cut.nRequests, cost };
}

function trialOf(
  key: string,
  { model, precision, workload }: Omit<Cell<Workload>, 'cut'>,
  device: string,
): Trial {
  return {
    key,
    family: model.family,
    model: model.name,
    nParams: model.nParams,
    task: workload.task.name,
    shots: workload.shots,
    precision,
    device,
  };
}

function skip(model: Model, precision: Precision, workload: Workload): SkippedTrial {
  const present = Object.keys(model.files).join(', ');
  return {
    trial: trialOf('', { model, precision, workload }, 'none'),
    model,
    code: 'NO_SUCH_PRECISION',
    reason: `Expected ${model.name} to have a ${precision} file, but ${model.directory} holds ${present} only`,
  };
}

function refuseTwins(trials: readonly PlannedTrial[]): void {
  const seen = new Set<string>();
  for (const { trial } of trials) {
    if (seen.has(trial.key)) {
      throw new SweepError(
        'DUPLICATE_TRIAL',
        `Expected every trial once, but ${trial.family}/${trial.model} on ${trial.task} at ${trial.shots} shots ` +
          `is asked for twice: name each family and task once`,
      );
    }
    seen.add(trial.key);
  }
}
