import { SweepError } from '../errors.js';
import type { PyDict } from '../python/value.js';
import { readShape, readSplit } from './data/read-split.js';
import type { TableShape } from './data/unify-columns.js';
import { firstOf, rowsOf, tableOf, type Table } from './data/table.js';
import { FunctionRef } from './function-ref.js';
import { findHook } from './hooks/find-hook.js';
import type { TaskDefinition } from './task-definition.js';

/** The documents that are asked. */
export interface EvaluatedDocs {
  readonly docs: Table;
  /** Documents in the split, asked or not. */
  readonly nDocs: number;
}

/** What of a task's splits is wanted. */
export interface Wanted {
  /** Ask the first so many documents; null for all. */
  readonly limit: number | null;
  /** Examples are drawn from the task's few-shot split. */
  readonly examples: boolean;
}

interface ReadSplit {
  readonly rows: Table;
  readonly nDocs: number;
}

/**
 * The documents of a task's splits, each read once and run through `process_docs`. Where the hook wants the whole split,
 * it is in memory; else only what is asked and drawn is.
 */
export class TaskSplits {
  private readonly task: TaskDefinition;
  private readonly wanted: Wanted;
  private readonly raw = new Map<string, Promise<ReadSplit>>();
  private shape: Promise<TableShape> | null = null;

  constructor(task: TaskDefinition, wanted: Wanted) {
    this.task = task;
    this.wanted = wanted;
  }

  /** The documents that are asked: the test split, else the validation split. */
  async evaluated(): Promise<EvaluatedDocs> {
    const split = evaluatedSplit(this.task);
    const { limit } = this.wanted;
    const hook = this.task.config.processDocs;
    const { rows, nDocs } = await this.read(split);
    if (hook !== null) {
      const docs = this.processed(hook, rows);
      return { docs: tableOf(docs.slice(0, limit ?? undefined)), nDocs: docs.length };
    }
    return { docs: limit === null ? rows : firstOf(rows, limit), nDocs };
  }

  /** The documents that few-shot examples are drawn from. */
  async examples(): Promise<Table> {
    const { config } = this.task;
    const { fewshot } = config;
    if (fewshot.split === null && fewshot.samples !== null) {
      const { samples } = fewshot;
      return tableOf(samples instanceof FunctionRef ? findHook('samples', samples, config.task)() : samples);
    }
    const hook = fewshot.split === null ? config.processDocs : fewshot.processDocs;
    const { rows } = await this.read(exampleSplit(this.task));
    return hook === null ? rows : tableOf(this.processed(hook, rows));
  }

  private processed(hook: FunctionRef, rows: Table): PyDict[] {
    return findHook('process_docs', hook, this.task.name)(rowsOf(rows));
  }

  private read(split: string): Promise<ReadSplit> {
    let rows = this.raw.get(split);
    if (rows === undefined) {
      rows = this.readNow(split);
      this.raw.set(split, rows);
    }
    return rows;
  }

  private async readNow(split: string): Promise<ReadSplit> {
    const { data } = this.task;
    const files = Object.hasOwn(data.splits, split) ? data.splits[split] : undefined;
    if (files === undefined) {
      throw new SweepError(
        'NO_SPLIT',
        `Expected the split ${JSON.stringify(split)} in the data of the task ${this.task.name} (${this.task.source}); there are ${Object.keys(data.splits).join(', ')}.`,
      );
    }
    for (const file of files) await data.fetch(file);
    const { format, options, features } = data;
    const first = await this.firstShape(split);
    return readSplit(files, { format, options, features, first, limit: this.limitOf(split) });
  }

  // Formats without types of their own: every split has the columns and types of the first one.
  private async firstShape(split: string): Promise<TableShape | null> {
    const { data } = this.task;
    const [[name, [file]] = ['', []]] = Object.entries(data.splits);
    const hasTypes = data.features !== null || (data.format !== 'csv' && data.format !== 'json');
    if (hasTypes || file === undefined || name === split) return null;
    await data.fetch(file);
    this.shape ??= readShape(file, data);
    return this.shape;
  }

  /** Rows beyond the limit are needed by hooks, which see the whole split, and to draw examples from. */
  private limitOf(split: string): number | null {
    const isPool =
      this.wanted.examples && this.task.config.fewshot.samples === null && split === exampleSplit(this.task);
    return isPool || this.task.config.processDocs !== null ? null : this.wanted.limit;
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

/** The name of the split that examples are drawn from, where the task does not list them. */
function exampleSplit(task: TaskDefinition): string {
  const { fewshot, trainingSplit, validationSplit } = task.config;
  return fewshot.split ?? trainingSplit ?? validationSplit ?? evaluatedSplit(task);
}
