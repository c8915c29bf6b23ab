import type { Family } from '../domain/model.js';
import type { Plan } from '../plan/plan.js';
import type { Sweep } from '../spec/sweep.js';
import type { PreparedSweep, SweepWorkload } from './prepare-sweep.js';
import { digestOfText } from '../files/digest.js';
import type { ChatOptions } from '../task/prepare-workload.js';
import { RUN_SCHEMA, type RunChat, type RunHeader, type RunModel, type RunTask } from './run-file.js';

/** The header of a new run: the sweep as resolved, and where its numbers come from. */
export function runHeader(
  { sweep, prepared, plan }: { sweep: Sweep; prepared: PreparedSweep; plan: Plan<SweepWorkload> },
  provenance: Pick<
    RunHeader,
    'startedAt' | 'devices' | 'workers' | 'chunks' | 'runtime' | 'versions' | 'machine' | 'facts'
  >,
): RunHeader {
  return {
    schema: RUN_SCHEMA,
    name: sweep.name,
    startedAt: provenance.startedAt,
    plan: plan.digest,
    sweep,
    chat: prepared.chat === null ? null : chatOf(prepared.chat),
    devices: provenance.devices,
    workers: provenance.workers,
    ...(provenance.chunks === undefined ? {} : { chunks: provenance.chunks }),
    runtime: provenance.runtime,
    versions: provenance.versions,
    machine: provenance.machine,
    ...(provenance.facts === undefined ? {} : { facts: provenance.facts }),
    models: prepared.families.flatMap((family) => modelsOf(family, sweep, prepared)),
    tasks: prepared.workloads.map(taskOf),
    trials: plan.trials.map(({ trial }) => trial),
    skipped: plan.skipped.map(({ trial, code, reason }) => ({ trial, code, reason })),
  };
}

function chatOf({ template, asMultiturn }: ChatOptions): RunChat {
  return { ...template, sha256: digestOfText(template.source), asMultiturn };
}

function modelsOf({ models }: Family, { precisions }: Sweep, { digestOf }: PreparedSweep): RunModel[] {
  return models.map((model) => ({
    family: model.family,
    name: model.name,
    directory: model.directory,
    nParams: model.nParams,
    nParamsNonEmbedding: model.nParamsNonEmbedding,
    trainingTokens: model.trainingTokens,
    seed: model.seed,
    distinctExamples: model.distinctExamples,
    notes: model.notes,
    digests: Object.fromEntries(
      precisions
        .filter((precision) => model.files[precision] !== undefined)
        .map((precision) => [precision, digestOf(model, precision)]),
    ),
  }));
}

function taskOf({ task, shots, id, samples }: SweepWorkload): RunTask {
  return {
    name: task.name,
    alias: task.alias,
    version: task.version,
    outputType: task.outputType,
    source: task.source,
    digest: task.digest,
    tags: task.tags,
    dataset: task.dataset ?? null,
    shots,
    workload: id,
    nSamples: samples.length,
    metrics: task.metrics,
  };
}
