import { threadId } from 'node:worker_threads';
import { workerData } from 'piscina';
import { SweepError, TrialError } from '../errors.js';
import { BatchModel } from '../session/batch-model.js';
import { TimedCodec } from '../session/timed-codec.js';
import { Tokenizer } from '../tokenizer/tokenizer.js';
import type { BatchReply, BatchTask, WorkerSlots } from './batch-task.js';
import { toFailure } from './failure.js';
import { SessionShelf } from './session-shelf.js';
import { ThreadPlace } from './thread-places.js';

// The code of one worker thread. A run blocks the thread in native code, so what it works on is shown in shared memory.

const { slots, places } = workerData as WorkerSlots;
const place = places && new ThreadPlace(Atomics.add(places.taken, 0, 1), places.nodes);
const shelf = new SessionShelf(
  (task) => new BatchModel({ ...task, processors: place?.take(task.threads) ?? [] }, task),
);
const tokenizers = new Map<string, TimedCodec>();
// Sessions may be opened before the batch that asks for them: the first batch after tells how long it took.
const toldOpeningMs = new WeakMap<BatchModel, number>();

let last: Promise<unknown> = Promise.resolve();

/** Answers batches one after the other, after what was asked before; a reply each. */
export default async function answerInTurn(tasks: readonly BatchTask[]): Promise<BatchReply[]> {
  return await inTurn(tasks, answerBatch);
}

/** Opens what answers batches like these, after what was asked before. */
export async function openInTurn(tasks: readonly BatchTask[]): Promise<void> {
  await inTurn(tasks, openModel);
}

async function inTurn<T>(tasks: readonly BatchTask[], step: (task: BatchTask) => Promise<T>): Promise<T[]> {
  const done = last.then(async () => {
    const results: T[] = [];
    for (const task of tasks) results.push(await step(task));
    return results;
  });
  last = done.catch(() => undefined);
  return await done;
}

async function openModel(task: BatchTask): Promise<void> {
  const slot = threadId % slots.length;
  Atomics.store(slots, slot, task.ticket);
  try {
    place?.take(task.threads);
    await (await shelf.replace(task)).open(task.work);
  } finally {
    Atomics.store(slots, slot, 0);
  }
}

async function answerBatch(task: BatchTask): Promise<BatchReply> {
  const slot = threadId % slots.length;
  Atomics.store(slots, slot, task.ticket);
  try {
    place?.take(task.threads);
    const model = await shelf.take(task);
    const [opened, running, tokenizing] = [model.openingMs, model.runningMs, tokenizerMs(task)];
    const told = toldOpeningMs.get(model) ?? 0;
    const started = performance.now();
    const { endTokens, endText } = task;
    let maxPartTokens = task.work.maxBatchTokens;
    const ending = { endTokens, endText, codec: () => tokenizerOf(task) };
    const answer = await model.answer(task.work, ending, (bound) => (maxPartTokens = bound));
    toldOpeningMs.set(model, model.openingMs);
    return {
      ok: true,
      answer,
      elapsedMs: performance.now() - started - (model.openingMs - opened),
      runtimeMs: model.runningMs - running,
      tokenizerMs: tokenizerMs(task) - tokenizing,
      loadMs: model.openingMs - told,
      notes: model.notes,
      maxPartTokens,
    };
  } catch (error) {
    return { ok: false, failure: toFailure(explained(error, task)) };
  } finally {
    Atomics.store(slots, slot, 0);
  }
}

function tokenizerOf({ tokenizerFile }: BatchTask): TimedCodec {
  const known = tokenizers.get(tokenizerFile) ?? new TimedCodec(Tokenizer.fromFile(tokenizerFile));
  tokenizers.set(tokenizerFile, known);
  return known;
}

function tokenizerMs({ tokenizerFile }: BatchTask): number {
  return tokenizers.get(tokenizerFile)?.spentMs ?? 0;
}

// What onnxruntime throws while it runs a model is the model's failure, not ours.
function explained(error: unknown, { modelFile }: BatchTask): unknown {
  if (error instanceof SweepError || error instanceof TrialError || error instanceof TypeError) return error;
  const said = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return new TrialError('RUNTIME_FAILED', `Expected ${modelFile} to run, but onnxruntime stopped: ${said}.`, {
    cause: error,
  });
}
