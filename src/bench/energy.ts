import { MIN_ENERGY_WINDOW_MS } from '../machine/energy-counter.js';
import { sampleStdev } from '../stats/moments.js';
import type { Observation } from './observe.js';

/** Energy of all repetitions by the device's own counter. */
export interface Energy {
  readonly totalJ: number;
  /** The same less what the idle device would have used; null where its idle power is not known. */
  readonly aboveIdleJ: number | null;
  readonly joulesPerToken: number | null;
  readonly joulesPerTokenAboveIdle: number | null;
  readonly watts: number;
  /** Spread of the power over windows of at least a second; null where there are fewer than two. */
  readonly wattsStdev: number | null;
  readonly windowSeconds: number;
}

/** Null where energy is not counted, or over less than a second, in which counters step too seldom to tell. */
export function energyOf(observations: readonly Observation[], idleWatts: number | null): Energy | null {
  const counted = observations.flatMap(({ energyJ, timeMs, tokens }) =>
    energyJ === null ? [] : [{ energyJ, timeMs, tokens }],
  );
  const sum = (of: (entry: (typeof counted)[number]) => number): number =>
    counted.reduce((total, entry) => total + of(entry), 0);
  const [totalJ, ms, tokens] = [sum((e) => e.energyJ), sum((e) => e.timeMs), sum((e) => e.tokens ?? 0)];
  if (ms < MIN_ENERGY_WINDOW_MS) return null;
  const aboveIdleJ = idleWatts === null ? null : totalJ - (idleWatts * ms) / 1000;
  return {
    totalJ,
    aboveIdleJ,
    joulesPerToken: tokens === 0 ? null : totalJ / tokens,
    joulesPerTokenAboveIdle: tokens === 0 || aboveIdleJ === null ? null : aboveIdleJ / tokens,
    watts: totalJ / (ms / 1000),
    wattsStdev: spreadOfPower(counted),
    windowSeconds: ms / 1000,
  };
}

/** Repetitions are put together until they last a second; a rest that does not is left out. */
function spreadOfPower(
  counted: readonly { readonly energyJ: number; readonly timeMs: number }[],
): number | null {
  const powers: number[] = [];
  let [joules, ms] = [0, 0];
  for (const { energyJ, timeMs } of counted) {
    joules += energyJ;
    ms += timeMs;
    if (ms < MIN_ENERGY_WINDOW_MS) continue;
    powers.push(joules / (ms / 1000));
    [joules, ms] = [0, 0];
  }
  return powers.length < 2 ? null : sampleStdev(powers);
}
