import type { GpuState } from '../machine/nvml.js';
import { mean } from '../stats/moments.js';

/** What a GPU showed over a point's repetitions; null where its driver does not tell. */
export interface GpuFigures {
  /** Memory of the bench's own processes where the driver tells them apart, else of all; highest seen, in bytes. */
  readonly memoryBytes: number | null;
  /** Mean share of time in which a kernel ran, 0 to 1. */
  readonly utilization: number | null;
  /** Mean of the driver's power readings. */
  readonly watts: number | null;
  /** Highest seen, in degrees Celsius. */
  readonly temperatureC: number | null;
  /** Other processes that had work on it, at most at one time. */
  readonly foreignProcesses: number | null;
  /** Repetitions after which its clocks were held down by power or heat. */
  readonly throttled: number;
}

/** Figures from the states after each repetition; `ownPids` are the bench's processes. Null where there was no GPU. */
export function gpuFiguresOf(states: readonly GpuState[], ownPids: readonly number[]): GpuFigures | null {
  if (states.length === 0) return null;
  const own = new Set(ownPids);
  return {
    memoryBytes: largest(states.map((state) => ownMemory(state, own))),
    utilization: meanOf(states.map(({ utilization }) => utilization)),
    watts: meanOf(states.map(({ watts }) => watts)),
    temperatureC: largest(states.map(({ temperatureC }) => temperatureC)),
    foreignProcesses: largest(states.map((state) => foreignProcesses(state, own))),
    throttled: states.filter(({ throttleBits }) => (throttleBits ?? 0) !== 0).length,
  };
}

/** Why figures of a GPU are not to be trusted. */
export function reasonsToDoubtGpu({ foreignProcesses: foreign, throttled }: GpuFigures): string[] {
  const reasons: string[] = [];
  if ((foreign ?? 0) > 0) reasons.push(`${foreign} other processes were on the GPU`);
  if (throttled > 0) reasons.push(`the GPU's clocks were held down after ${throttled} repetitions`);
  return reasons;
}

/** In a container the driver numbers processes otherwise than we do: then none of ours is among them, and none is foreign for sure. */
function foreignProcesses({ processes }: GpuState, own: ReadonlySet<number>): number | null {
  if (processes === null || !processes.some(({ pid }) => own.has(pid))) return null;
  return processes.filter(({ pid }) => !own.has(pid)).length;
}

function ownMemory({ processes, usedBytes }: GpuState, own: ReadonlySet<number>): number | null {
  const listed = (processes ?? []).filter(({ pid, usedBytes: bytes }) => own.has(pid) && bytes !== null);
  return listed.length === 0
    ? usedBytes
    : listed.reduce((sum, { usedBytes: bytes }) => sum + (bytes ?? 0), 0);
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : mean(known);
}

function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
