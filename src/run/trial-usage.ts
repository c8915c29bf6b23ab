import type { TrialCompletion } from '../domain/record.js';
import type { TrialCost } from '../domain/summary.js';
import { roofFor, type MachineFacts } from '../machine/roof-cache.js';

/** The part of a trial's cost that says what it used of its device. */
export type UsageCost = Pick<
  TrialCost,
  'memory' | 'energyJ' | 'energyAboveIdleJ' | 'gpu' | 'timeMs' | 'prefixReuse' | 'mfu' | 'mbu'
>;

/** What a trial used, as shares of what its machine can do where that was measured. */
export function usageOf({ telemetry, device }: TrialCompletion, facts: MachineFacts | undefined): UsageCost {
  const { usage, peakRssBytes, threads } = telemetry;
  const nothing = { timeMs: null, prefixReuse: null, energyJ: null, energyAboveIdleJ: null, mfu: null };
  if (usage === undefined) {
    const memory = { peakRssBytes, peakPssBytes: null, gpuBytes: null };
    return { memory, gpu: null, ...nothing, mbu: null };
  }
  const { runtimeMs: runtime, hostMs: host, tokenizerMs: tokenizer, energyJ, energyMs } = usage;
  const seconds = (runtime + host) / 1000;
  const roof = facts === undefined ? null : roofFor(facts, device, threads);
  const idleWatts = facts?.idleWatts[device];
  const share = (amount: number, most: number | undefined): number | null =>
    most === undefined || seconds <= 0 ? null : amount / seconds / most;
  return {
    memory: { peakRssBytes, peakPssBytes: usage.peakPssBytes, gpuBytes: usage.gpu?.memoryBytes ?? null },
    energyJ,
    energyAboveIdleJ:
      energyJ === null || idleWatts === undefined ? null : energyJ - (idleWatts * energyMs) / 1000,
    gpu: usage.gpu === null ? null : { utilization: usage.gpu.utilization, watts: usage.gpu.watts },
    timeMs: { runtime, host, tokenizer },
    prefixReuse: usage.askedTokens === 0 ? null : Math.max(0, 1 - usage.fedTokens / usage.askedTokens),
    mfu: share(usage.flops, roof?.flopsPerSecond),
    mbu: share(usage.bytes, roof?.bytesPerSecond),
  };
}
