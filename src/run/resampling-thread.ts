import { parentPort } from 'node:worker_threads';
import { resampleTogether } from '../score/standard-error.js';
import type { ResamplingReply, ResamplingTask } from './resampler.js';

// The thread of a Resampler. Columns that came while others were drawn, and are as long as the first of them, share their draws.

let waiting: ResamplingTask[] = [];

parentPort?.on('message', (task: ResamplingTask) => {
  waiting.push(task);
  if (waiting.length === 1) setImmediate(resampleNext);
});

function resampleNext(): void {
  const [first] = waiting;
  if (first === undefined) return;
  const isAlike = ({ column }: ResamplingTask): boolean =>
    column.values.length === first.column.values.length && column.iterations === first.column.iterations;
  const chosen = waiting.filter(isAlike);
  const found = resampleTogether(chosen.map(({ column }) => column));
  chosen.forEach(({ id }, index) => {
    const uncertainty = found[index];
    if (uncertainty !== undefined) parentPort?.postMessage({ id, uncertainty } satisfies ResamplingReply, []);
  });
  waiting = waiting.filter((task) => !chosen.includes(task));
  if (waiting.length > 0) setImmediate(resampleNext);
}
