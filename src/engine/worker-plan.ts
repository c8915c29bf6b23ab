/** How one device's work is spread: sessions side by side and threads within each. */
export interface WorkerPlan {
  readonly workers: number;
  /** Intra-op threads of every session; workers x threads never exceeds the cores. */
  readonly threads: number;
}

// Below this one thread a session was best on every machine seen, and a measurement would be longer than the trials.
const SURELY_SMALL = 5_000_000;
// Below this a forward pass is too short for threads to share: side by side is nearly twice as fast on two cores.
const ONE_THREAD_BELOW = 20_000_000;
// Above this a copy of the model for every core is too much memory and cache.
const ONE_WORKER_ABOVE = 1_000_000_000;

/** For models of this size it depends on the machine what is best, and measuring it takes seconds. */
export function calibrationRange(nParams: number): boolean {
  return nParams >= SURELY_SMALL && nParams <= ONE_WORKER_ABOVE;
}

/** Workers and threads for a model of `nParams` parameters on `cores` cores: small models side by side, large ones alone with all threads. */
export function planWorkers(nParams: number, cores: number): WorkerPlan {
  const usable = Math.max(1, Math.floor(cores));
  if (nParams < ONE_THREAD_BELOW || usable === 1) return { workers: usable, threads: 1 };
  if (nParams > ONE_WORKER_ABOVE) return { workers: 1, threads: usable };
  const threads = Math.min(usable, 4);
  return { workers: Math.max(1, Math.floor(usable / threads)), threads };
}
