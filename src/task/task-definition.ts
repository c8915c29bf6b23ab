import type { Task } from '../domain/task.js';
import type { DataSource } from './data/data-source.js';
import type { TaskConfig } from './task-config.js';

/** A task file, read and checked: what the rest of the program knows of a task, and the loader's own view of it. */
export interface TaskDefinition extends Task {
  readonly config: TaskConfig;
  /** The fields as written, includes merged in. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly data: DataSource;
  /** Documents in the evaluated split, before any limit; null until the data were read. */
  readonly nDocs: number | null;
}
