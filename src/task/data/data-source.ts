import type { DatasetOrigin } from '../../domain/task.js';
import type { PyDict } from '../../python/value.js';
import type { DataFormat } from './read-split.js';

/** The files of every split, as absolute paths. */
export type SplitFiles = Readonly<Record<string, readonly string[]>>;

/** The data of a task: its files by split, how they are read, and how they are brought here. */
export interface DataSource {
  readonly format: DataFormat;
  /** Options of the format. */
  readonly options: PyDict;
  readonly splits: SplitFiles;
  /** Types of the columns, where the data set's card tells them. */
  readonly features: readonly PyDict[] | null;
  /** Null for local files. */
  readonly origin: DatasetOrigin | null;
  /** Brings a file of a split here, where it is not here yet. */
  readonly fetch: (path: string) => Promise<void>;
}

/** `fetch` of local files. */
export const isHere = (): Promise<void> => Promise.resolve();
