import { SweepError } from '../errors.js';
import type { PyDict } from '../python/value.js';
import { readSplit } from './data/read-split.js';
import { FunctionRef } from './function-ref.js';
import { findHook } from './hooks/find-hook.js';
import type { TaskDefinition } from './task-definition.js';

/** The documents of a task's splits, read once each and run through `process_docs`. */
export class TaskSplits {
  private readonly task: TaskDefinition;
  private readonly raw = new Map<string, Promise<readonly PyDict[]>>();

  constructor(task: TaskDefinition) {
    this.task = task;
  }

  /** The documents that are asked: the test split, else the validation split. */
  async evaluated(): Promise<readonly PyDict[]> {
    const split = evaluatedSplit(this.task);
    return this.processed(split, this.task.config.processDocs);
  }

  /** The documents that few-shot examples are drawn from. */
  async examples(): Promise<readonly PyDict[]> {
    const { config } = this.task;
    const { fewshot } = config;
    if (fewshot.split !== null) return this.processed(fewshot.split, fewshot.processDocs);
    if (fewshot.samples instanceof FunctionRef) return findHook('samples', fewshot.samples, config.task)();
    if (fewshot.samples !== null) return fewshot.samples;
    return this.processed(
      config.trainingSplit ?? config.validationSplit ?? evaluatedSplit(this.task),
      config.processDocs,
    );
  }

  private async processed(split: string, hook: FunctionRef | null): Promise<readonly PyDict[]> {
    const rows = await this.read(split);
    return hook === null ? rows : findHook('process_docs', hook, this.task.name)(rows);
  }

  private read(split: string): Promise<readonly PyDict[]> {
    let rows = this.raw.get(split);
    if (rows === undefined) {
      rows = this.readNow(split);
      this.raw.set(split, rows);
    }
    return rows;
  }

  private async readNow(split: string): Promise<readonly PyDict[]> {
    const files = Object.hasOwn(this.task.dataFiles, split) ? this.task.dataFiles[split] : undefined;
    if (files === undefined) {
      const there = Object.keys(this.task.dataFiles).join(', ');
      throw new SweepError(
        'NO_SPLIT',
        `Expected the split ${JSON.stringify(split)} in the data of the task ${this.task.name} (${this.task.source}); there are ${there}.`,
      );
    }
    return (await readSplit(this.task.format, files, this.task.config.datasetKwargs)).rows;
  }
}

/** The name of the split that is asked. */
export function evaluatedSplit(task: TaskDefinition): string {
  const split = task.config.testSplit ?? task.config.validationSplit;
  if (split !== null) return split;
  throw new SweepError(
    'BAD_TASK',
    `Expected a test_split or a validation_split in the task ${task.name} (${task.source}).`,
  );
}
