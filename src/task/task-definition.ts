import type { Task } from '../domain/task.js';
import type { DataFormat } from './data/read-split.js';
import type { SplitFiles } from './data/data-files.js';
import type { TaskConfig } from './task-config.js';

/** A task file, read and checked: what the rest of the program knows of a task, and the loader's own view of it. */
export interface TaskDefinition extends Task {
  readonly config: TaskConfig;
  /** The fields as written, includes merged in. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly format: DataFormat;
  /** Absolute paths of the data files of every split. */
  readonly dataFiles: SplitFiles;
  /** Documents in the evaluated split, before any limit; null until the data were read. */
  readonly nDocs: number | null;
}
