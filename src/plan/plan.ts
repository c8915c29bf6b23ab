import type { TrialJob } from '../domain/engine.js';
import type { Family, Model, Precision } from '../domain/model.js';
import type { TextRequest } from '../domain/request.js';
import type { Workload } from '../domain/task.js';
import type { Trial } from '../domain/trial.js';
import { SweepError } from '../errors.js';
import { digestOfValue } from '../files/digest.js';
import { spreadOverDevices } from './spread.js';
import { expectedCost } from './trial-cost.js';

/** A trial with all that is needed to run and to score it. */
export interface PlannedTrial<W extends Workload = Workload> {
  readonly trial: Trial;
  readonly model: Model;
  readonly workload: W;
  readonly job: Omit<TrialJob, 'finishedBatches'>;
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
  const cells = cellsOf(input);
  const skipped = cells.flatMap(({ model, precision, workload }) =>
    model.files[precision] === undefined ? [skip(model, precision, workload)] : [],
  );
  const possible = cells.filter(({ model, precision }) => model.files[precision] !== undefined);
  const costs = possible.map(({ model, workload }) => expectedCost(model.nParams, requestsOf(workload)));
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
}

/** Opening a session costs most and a workload nothing, so the model varies slowest; small models first, for early news. */
function cellsOf<W extends Workload>({ families, precisions, workloads }: PlanInput<W>): Cell<W>[] {
  return families.flatMap((family) =>
    family.models.flatMap((model) =>
      precisions.flatMap((precision) => workloads.map((workload) => ({ model, precision, workload }))),
    ),
  );
}

const sessionOf = ({ model, precision }: Cell<Workload>): string =>
  `${model.family}/${model.name}/${precision}`;

function planTrial<W extends Workload>(
  input: PlanInput<W>,
  { model, precision, workload }: Cell<W>,
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
    requests: requestsOf(workload),
    threads,
    maxBatchTokens,
  };
  return { trial: trialOf(key, { model, precision, workload }, device), model, workload, job, cost };
}

function trialOf(key: string, { model, precision, workload }: Cell<Workload>, device: string): Trial {
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

const requestCache = new WeakMap<Workload, readonly TextRequest[]>();

/** The requests of all samples in order, the same array for every trial of one workload. */
function requestsOf(workload: Workload): readonly TextRequest[] {
  const known = requestCache.get(workload) ?? workload.samples.flatMap((sample) => sample.requests);
  requestCache.set(workload, known);
  return known;
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
