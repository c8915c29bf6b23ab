import type { TrialTelemetry } from '../domain/engine.js';
import type { GpuUsage, TrialUsage } from '../domain/usage.js';

/** What an engine tells of the chunks of a trial, as one; `spanMs` is the wall time of all of them. */
export function mergeTelemetry(parts: readonly TrialTelemetry[], spanMs: number): TrialTelemetry {
  const [first, ...others] = parts;
  if (first === undefined) throw new Error('a trial without chunks');
  if (others.length === 0) return first;
  const usages = parts.flatMap(({ usage }) => (usage === undefined ? [] : [usage]));
  return {
    ...first,
    ...(usages.length === 0 ? {} : { usage: mergeUsage(usages, spanMs) }),
    loadMs: largest(parts, ({ loadMs }) => loadMs),
    peakRssBytes: largest(parts, ({ peakRssBytes }) => peakRssBytes),
    notes: [...new Set(parts.flatMap(({ notes }) => notes))],
  };
}

function mergeUsage(parts: readonly TrialUsage[], spanMs: number): TrialUsage {
  const sum = (of: (usage: TrialUsage) => number): number => parts.reduce((total, one) => total + of(one), 0);
  const energies = parts.map(({ energyJ }) => energyJ).filter((joules) => joules !== null);
  return {
    spanMs,
    runtimeMs: sum(({ runtimeMs }) => runtimeMs),
    hostMs: sum(({ hostMs }) => hostMs),
    tokenizerMs: sum(({ tokenizerMs }) => tokenizerMs),
    askedTokens: sum(({ askedTokens }) => askedTokens),
    fedTokens: sum(({ fedTokens }) => fedTokens),
    flops: sum(({ flops }) => flops),
    bytes: sum(({ bytes }) => bytes),
    peakPssBytes: largestOrNull(parts.map(({ peakPssBytes }) => peakPssBytes)),
    gpu: mergeGpu(parts.flatMap(({ gpu }) => (gpu === null ? [] : [gpu]))),
    energyJ: energies.length < parts.length ? null : energies.reduce((total, joules) => total + joules, 0),
    energyMs: sum(({ energyMs }) => energyMs),
  };
}

// Chunks are about equally long, so that their means weigh the same.
function mergeGpu(parts: readonly GpuUsage[]): GpuUsage | null {
  if (parts.length === 0) return null;
  return {
    memoryBytes: largestOrNull(parts.map(({ memoryBytes }) => memoryBytes)),
    utilization: meanOrNull(parts.map(({ utilization }) => utilization)),
    watts: meanOrNull(parts.map(({ watts }) => watts)),
  };
}

function largest<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((most, item) => Math.max(most, of(item)), 0);
}

function largestOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function meanOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
