import type { PyDict } from '../../python/value.js';
import { RowFile } from './row-file.js';

/** The documents of a split, read by position: big splits are on disk, and a row is read when it is asked for. */
export interface Table {
  readonly length: number;
  /** True where rows are on disk. */
  readonly isLazy: boolean;
  at(index: number): PyDict;
}

/** Up to so many rows stay in memory; the rest go to a file. */
const MAX_IN_MEMORY = 50_000;

/** Gathers rows in order. */
export class TableBuilder {
  private readonly rows: PyDict[] = [];
  private file: RowFile | null = null;

  push(row: PyDict): void {
    if (this.rows.length < MAX_IN_MEMORY) this.rows.push(row);
    else {
      this.file ??= new RowFile();
      this.file.push(row);
    }
  }

  /** The rows so far, each as `conform` makes it. */
  finish(conform: (row: PyDict) => PyDict): Table {
    const { rows, file } = this;
    if (file === null) return tableOf(rows.map(conform));
    return {
      length: rows.length + file.length,
      isLazy: true,
      at: (index) => conform(rows[index] ?? file.at(index - rows.length)),
    };
  }
}

/** Rows in memory as a table. */
export function tableOf(rows: readonly PyDict[]): Table {
  return {
    length: rows.length,
    isLazy: false,
    at: (index) => {
      const row = rows[index];
      if (row === undefined) throw new RangeError(`no row ${index} of ${rows.length}`);
      return row;
    },
  };
}

/** All rows, in memory. */
export function rowsOf(table: Table): PyDict[] {
  return Array.from({ length: table.length }, (_, index) => table.at(index));
}

/** The first rows of a table as a table. */
export function firstOf(table: Table, length: number): Table {
  return length >= table.length ? table : { length, isLazy: table.isLazy, at: (index) => table.at(index) };
}
