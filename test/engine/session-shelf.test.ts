import { expect, test } from 'vitest';
import type { BatchTask } from '../../src/engine/batch-task.js';
import { SessionShelf } from '../../src/engine/session-shelf.js';

/** Takes models by letter; gives what was opened (`a`) and released (`-a`), in order. */
async function events(order: string, modelBytes = 1000): Promise<string> {
  const told: string[] = [];
  const shelf = new SessionShelf(({ modelFile }) => {
    told.push(modelFile);
    return { release: async () => await Promise.resolve(void told.push(`-${modelFile}`)) };
  });
  for (const modelFile of order) await shelf.take({ modelFile, modelBytes } as BatchTask);
  return told.join(' ');
}

test('batches of two small models in turn open each once, a third closes the one used longest ago', async () => {
  expect(await events('aababb')).toBe('a b');
  expect(await events('abac')).toBe('a b c -b');
});

test('after some batches of one model in a row, the one before is closed', async () => {
  expect(await events('aabbb')).toBe('a b');
  expect(await events('aabbbb')).toBe('a b -a');
  expect(await events('aabbbba')).toBe('a b -a a');
});

test('a model that is opened ahead closes all others of its thread', async () => {
  const told: string[] = [];
  const shelf = new SessionShelf(({ modelFile }) => {
    told.push(modelFile);
    return { release: async () => await Promise.resolve(void told.push(`-${modelFile}`)) };
  });
  const task = (modelFile: string): BatchTask => ({ modelFile, modelBytes: 1000 }) as BatchTask;
  await shelf.take(task('a'));
  await shelf.take(task('b'));
  await shelf.replace(task('c'));
  await shelf.replace(task('c'));
  expect(told.join(' ')).toBe('a b c -a -b');
});

test('large models are not kept beside another', async () => {
  expect(await events('ab', 200 << 20)).toBe('a b -a');
});
