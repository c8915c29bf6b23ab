import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Model, Precision } from '../domain/model.js';
import { calibrateThreads } from '../engine/calibrate.js';
import { CalibrationCache } from '../engine/calibration-cache.js';
import { calibrationRange, planWorkers } from '../engine/worker-plan.js';
import type { MachineDescription } from '../machine/describe-machine.js';
import { machineIdentity } from '../machine/roof.js';
import { decoderDimensions } from '../onnx/decoder-dimensions.js';
import { readModelFile } from '../onnx/read-model.js';
import { batchBound } from '../plan/batch-bound.js';
import { maxLengthOf } from '../session/model-settings.js';
import type { Sweep } from '../spec/sweep.js';
import type { PreparedSweep } from './prepare-sweep.js';

/** What was decided for a model on a device of the machine that began the run; a resumed run keeps it. */
export interface RuntimeChoice {
  /** Intra-op threads of a session. */
  readonly threads: number;
  /** Bound of rows x padded tokens in one batch. */
  readonly maxBatchTokens: number;
}

/** By `choiceKey`. */
export type RuntimeChoices = Readonly<Record<string, RuntimeChoice>>;

interface Placed {
  readonly model: Model;
  readonly precision: Precision;
  readonly device: string;
}

/** The name of a model at a precision on a device among the choices of a run. */
export const choiceKey = ({ model, precision, device }: Placed): string =>
  [model.family, model.name, precision, device].join('/');

interface ChoicePorts {
  readonly machine: MachineDescription;
  readonly onRemark: (text: string) => void;
  readonly calibrate?: typeof calibrateThreads;
  readonly cache?: CalibrationCache;
}

const GPU_MEMORY = 4 * 2 ** 30;

/** Threads and batch bounds of every model of a sweep on every device: as asked, else as measured and as memory allows. */
export async function chooseRuntime(
  sweep: Sweep,
  prepared: Pick<PreparedSweep, 'families' | 'digestOf'>,
  { devices, ...ports }: ChoicePorts & { readonly devices: readonly string[] },
): Promise<RuntimeChoices> {
  const placed = prepared.families
    .flatMap(({ models }) => models)
    .flatMap((model) => sweep.precisions.map((precision) => ({ model, precision })))
    .filter(({ model, precision }) => model.files[precision] !== undefined)
    .flatMap((cell) => devices.map((device) => ({ ...cell, device })));
  const choices: Record<string, RuntimeChoice> = {};
  for (const cell of placed) {
    const threads = await chooseThreads(sweep, cell, { ...ports, digestOf: prepared.digestOf });
    const maxBatchTokens = sweep.maxBatchTokens ?? boundFor(cell, threads, ports.machine);
    choices[choiceKey(cell)] = { threads, maxBatchTokens };
  }
  return choices;
}

// Where the number of workers was asked for, or the model's size leaves no doubt, nothing is measured.
async function chooseThreads(
  { workers }: Sweep,
  { model, precision, device }: Placed,
  ports: ChoicePorts & Pick<PreparedSweep, 'digestOf'>,
): Promise<number> {
  const { machine, onRemark, calibrate = calibrateThreads, cache = new CalibrationCache() } = ports;
  const cores = machine.cpu.usableCores;
  if (device !== 'cpu') return 1;
  const usual = planWorkers(model.nParams, cores).threads;
  if (workers !== null || cores === 1 || !calibrationRange(model.nParams)) return usual;
  const subject = `${machineIdentity(machine)}; ${ports.digestOf(model, precision)}`;
  const known = await cache.threadsOf(subject);
  if (known !== null) return known;
  onRemark(`measuring how many threads suit ${model.name} (${precision}); this is done once on a machine`);
  const { directory, tokenizerFile, nParams } = model;
  const modelFile = model.files[precision] ?? '';
  const job = { modelFile, modelDirectory: directory, tokenizerFile };
  const maxSessions = Math.max(1, Math.floor(memoryOf(machine) / 2 / (4 * nParams)));
  try {
    const threads = await calibrate({ job, nParams, cores, maxSessions });
    await cache.keep(subject, threads);
    return threads;
  } catch {
    return usual; // a model that does not run fails its trials with its own reason
  }
}

function memoryOf({ memoryBytes, memoryLimitBytes }: MachineDescription): number {
  return memoryLimitBytes ?? memoryBytes;
}

function boundFor(
  { model, precision, device }: Placed,
  threads: number,
  machine: MachineDescription,
): number {
  const config = readConfig(model.directory);
  const dimensions = decoderDimensions(readModelFile(model.files[precision] ?? ''), config);
  const sessions = device === 'cpu' ? Math.max(1, Math.floor(machine.cpu.usableCores / threads)) : 1;
  const gpu = machine.gpus.find(({ cudaIndex }) => device === `cuda:${cudaIndex}`) ?? machine.gpus[0];
  const memory = device === 'cpu' ? memoryOf(machine) : (gpu?.memoryBytes ?? GPU_MEMORY);
  const hiddenSize = dimensions.hiddenSize ?? Math.sqrt(model.nParams / 12 / Math.max(1, dimensions.nLayers));
  return batchBound({
    hiddenSize,
    attentionWidth: dimensions.attentionWidth ?? hiddenSize,
    vocabularySize: dimensions.vocabularySize,
    cacheBytesPerToken: dimensions.cacheBytesPerToken,
    maxLength: maxLengthOf(config, {}),
    freeBytes: memory - sessions * dimensions.readBytes,
    sessions,
    device,
  });
}

function readConfig(directory: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(readFileSync(join(directory, 'config.json'), 'utf8')) as Record<string, unknown>;
  } catch {
    return {}; // said where the trial needs it
  }
}
