import type { PyDict } from '../../python/value.js';
import { readLines } from './read-lines.js';

/** The lines of a text file as documents with one column, `text`. */
export async function* readText(file: string): AsyncGenerator<PyDict> {
  for await (const { text } of readLines(file)) yield { text };
}
