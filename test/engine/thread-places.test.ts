import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { processorsFor } from '../../src/engine/thread-places.js';
import { processorNodes } from '../../src/machine/processor-nodes.js';
import { threadAffinities } from '../../src/session/execution-provider.js';
import { goldensOf, record, tinyJob } from '../helpers/tiny-jobs.js';

const TWO_NODES = [
  [0, 1, 4, 5],
  [2, 3, 6, 7],
];

test('sessions of one thread have a processor each, workers in a row on different nodes', () => {
  const own = Array.from({ length: 8 }, (_, worker) => processorsFor(worker, 1, TWO_NODES)[0]);
  expect(own).toEqual([0, 2, 1, 3, 4, 6, 5, 7]);
});

test('the threads of a session stay within a memory node where it is large enough', () => {
  expect(processorsFor(0, 3, TWO_NODES)).toEqual([0, 1, 4, 5]);
  expect(processorsFor(1, 4, TWO_NODES)).toEqual([2, 3, 6, 7]);
  expect(processorsFor(1, 5, TWO_NODES)).toEqual([0, 2, 1, 3, 4, 6, 5, 7]);
});

test('onnxruntime is told of all threads but the one that calls it, counting processors from 1', () => {
  expect(threadAffinities(1, [3])).toEqual({});
  expect(threadAffinities(4, [])).toEqual({});
  expect(threadAffinities(3, [4, 5, 6])).toEqual({ intra_op_thread_affinities: '6;7' });
  expect(threadAffinities(3, [4, 5, 6, 7])).toEqual({ intra_op_thread_affinities: '5,6,7,8;5,6,7,8' });
});

/** The processors that each thread of a process may use. */
function allowedOf(pid: number): string[] {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).map(
    (task) =>
      /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync(`${tasks}/${task}/status`, 'utf8'))?.[1] ?? '',
  );
}

const processors = processorNodes()?.flat() ?? [];

test.runIf(processors.length > 1)('threads are where they belong, and answers are the same', async () => {
  const requests = goldensOf('large').cases.map(({ request }) => request);
  const answers = await Promise.all(
    [false, true].map(async (affinity) => {
      const engine = await openEngine({ device: 'cpu', workers: availableParallelism(), affinity });
      const { responses } = await record(engine, tinyJob(requests));
      await record(engine, tinyJob(requests, { key: 'two threads', threads: 2 }));
      const allowed = allowedOf(engine.pid ?? 0);
      await engine.close();
      return { responses, pinned: allowed.filter(isOne) };
    }),
  );
  expect(answers[1]?.responses).toEqual(answers[0]?.responses);
  expect(answers[0]?.pinned).toEqual([]);
  expect(answers[1]?.pinned).not.toEqual([]);
  expect(processors.map(String)).toEqual(expect.arrayContaining(answers[1]?.pinned ?? []));
});

const isOne = (list: string): boolean => /^\d+$/.test(list);
