import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Vega's browser build as text, to be put into a page that loads nothing. */
export async function readVegaSource(): Promise<string> {
  const schema = createRequire(import.meta.url).resolve('vega/vega-schema.json');
  return readFile(join(dirname(schema), 'vega.min.js'), 'utf8');
}
