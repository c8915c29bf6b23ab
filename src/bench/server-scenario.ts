import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../stats/random.js';
import type { BenchPoint } from './bench-point.js';
import { observe, type Attempt, type Observation } from './observe.js';

/** Requests of one server run: enough for p90 with 99% confidence. */
const N_REQUESTS = 70;
const N_PROBES = 5;

/**
 * Requests arrive as a Poisson process with a fixed seed, at `load` times the rate that single requests reach, and are
 * served first come, first served by the point's processes. Every observation's time is arrival to answer, waiting
 * included.
 */
export async function observeServer(
  point: BenchPoint,
  load: number,
  attempt: Attempt,
): Promise<Observation[]> {
  const single = { ...point, concurrency: 1 };
  const ask = (index: number, process = attempt.processes[0]): Promise<Observation> =>
    observe(single, { ...attempt, processes: process === undefined ? [] : [process], index });
  let serviceMs = 0;
  for (let probe = 0; probe < N_PROBES; probe++) serviceMs += (await ask(-1 - probe)).timeMs / N_PROBES;
  const arrivals = poissonArrivals(N_REQUESTS, serviceMs / load / point.concurrency, attempt.seed);
  const observed: Observation[] = [];
  const start = performance.now();
  let next = 0;
  const serve = async (process: Attempt['processes'][number]): Promise<void> => {
    for (let index = next++; index < arrivals.length; index = next++) {
      const arrival = start + (arrivals[index] ?? 0);
      await sleep(Math.max(0, arrival - performance.now()));
      const answer = await ask(index, process);
      // Requests that are served at the same time would each count the energy of all.
      const energyJ = point.concurrency === 1 ? answer.energyJ : null;
      observed.push({ ...answer, energyJ, timeMs: performance.now() - arrival });
    }
  };
  await Promise.all(attempt.processes.slice(0, point.concurrency).map(serve));
  return observed;
}

/** Times of arrival in ms with exponential gaps of this mean. */
export function poissonArrivals(count: number, meanGapMs: number, seed: string): number[] {
  const random = createRandom(`${seed}/arrivals`);
  let at = 0;
  return Array.from({ length: count }, () => (at += -meanGapMs * Math.log(1 - random.next())));
}
