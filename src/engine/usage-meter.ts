import type { GpuUsage, TrialUsage } from '../domain/usage.js';
import { openDeviceMeter, type DeviceMeter } from '../machine/device-meter.js';
import type { GpuState } from '../machine/nvml.js';
import { PssWatch } from '../machine/process-memory.js';
import type { DecoderDimensions } from '../onnx/decoder-work.js';
import type { BatchAnswer } from '../session/batch-work.js';
import { estimateBatchWork } from './batch-work-estimate.js';
import { EnergyLedger } from './energy-ledger.js';
import type { PackedBatch } from './packed-batch.js';

/** One finished batch as a worker answered it. */
export interface MeteredBatch {
  readonly batch: PackedBatch;
  readonly answer: BatchAnswer;
  readonly elapsedMs: number;
  readonly runtimeMs: number;
  /** Time in the tokenizer meanwhile: stops are looked for in text. */
  readonly tokenizerMs: number;
}

interface Sums {
  readonly openedAt: number;
  readonly dimensions: DecoderDimensions;
  tokenizerMs: number;
  runtimeMs: number;
  hostMs: number;
  askedTokens: number;
  fedTokens: number;
  flops: number;
  bytes: number;
  readonly gpu: GpuState[];
}

// A GPU's figures are means over its driver's own period of about this length.
const GPU_PAUSE_MS = 500;

/** Counts what every trial uses of an engine's device. It looks at the system rarely enough to cost no more than half a percent. */
export class UsageMeter {
  readonly #meter: DeviceMeter;
  readonly #energy: EnergyLedger;
  readonly #pss = new PssWatch();
  readonly #open = new Map<string, Sums>();
  #nextGpuAt = 0;

  constructor(device: string, meter: DeviceMeter = openDeviceMeter(device)) {
    this.#meter = meter;
    this.#energy = new EnergyLedger(meter.energy);
  }

  /** A trial's batches begin; `tokenizerMs` is what its texts took. */
  open(key: string, trial: { readonly dimensions: DecoderDimensions; readonly tokenizerMs: number }): void {
    const { dimensions, tokenizerMs } = trial;
    const none = { runtimeMs: 0, hostMs: 0, askedTokens: 0, fedTokens: 0, flops: 0, bytes: 0 };
    this.#open.set(key, { openedAt: performance.now(), dimensions, tokenizerMs, ...none, gpu: [] });
    this.#energy.open(key);
  }

  count(key: string, { batch, answer, elapsedMs, runtimeMs, tokenizerMs }: MeteredBatch): void {
    this.#pss.look();
    this.#lookAtGpu();
    const sums = this.#open.get(key);
    if (sums === undefined) return;
    sums.tokenizerMs += tokenizerMs;
    sums.runtimeMs += runtimeMs;
    sums.hostMs += Math.max(0, elapsedMs - runtimeMs);
    sums.fedTokens += answer.promptTokens;
    const work = estimateBatchWork(sums.dimensions, batch, answer);
    sums.askedTokens += work.askedTokens;
    sums.flops += work.flops;
    sums.bytes += work.bytes;
  }

  /** Forgets a trial that ended otherwise. */
  drop(key: string): void {
    this.#open.delete(key);
    this.#energy.close(key);
  }

  /** A trial's last answer is in. */
  close(key: string): TrialUsage | null {
    const energy = this.#energy.close(key);
    const sums = this.#open.get(key);
    this.#open.delete(key);
    if (sums === undefined) return null;
    const { openedAt, dimensions: _dimensions, gpu, ...counted } = sums;
    const { joules, shareMs } = energy;
    return {
      ...counted,
      spanMs: performance.now() - openedAt,
      peakPssBytes: this.#pss.peakBytes,
      gpu: gpuUsageOf(gpu),
      energyJ: joules,
      energyMs: shareMs,
    };
  }

  #lookAtGpu(): void {
    const { gpu } = this.#meter;
    const now = performance.now();
    if (gpu === null || now < this.#nextGpuAt) return;
    this.#nextGpuAt = now + GPU_PAUSE_MS;
    const state = gpu.state();
    for (const { gpu: seen } of this.#open.values()) seen.push(state);
  }
}

function gpuUsageOf(states: readonly GpuState[]): GpuUsage | null {
  if (states.length === 0) return null;
  const known = (of: (state: GpuState) => number | null): number[] =>
    states.map(of).filter((value) => value !== null);
  const meanOf = (values: readonly number[]): number | null =>
    values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  const memory = known(memoryOf);
  return {
    memoryBytes: memory.length === 0 ? null : Math.max(...memory),
    utilization: meanOf(known(({ utilization }) => utilization)),
    watts: meanOf(known(({ watts }) => watts)),
  };
}

function memoryOf({ processes, usedBytes }: GpuState): number | null {
  return processes?.find(({ pid }) => pid === process.pid)?.usedBytes ?? usedBytes;
}
