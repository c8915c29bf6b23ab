/** A counter of the energy that some hardware has used since the counter was opened. */
export interface EnergyCounter {
  readonly source: 'rapl' | 'nvml';
  /** Joules so far; never falls. Takes well under a millisecond. */
  joules(): number;
}

/** Counters step about every 100 ms: energy over less than ten steps is not told. */
export const MIN_ENERGY_WINDOW_MS = 1000;
