import { readFile } from 'node:fs/promises';
import { SweepError } from '../../errors.js';

/** JSON as Python writes it: NaN and Infinity, which JSON has no words for, become null. Throws SyntaxError. */
export function parsePythonJson(text: string): unknown {
  return JSON.parse(text.replaceAll(/([:[,]\s*)-?(?:NaN|Infinity)(?=\s*[,}\]])/g, '$1null')) as unknown;
}

/** The value in a JSON file of Python's. Throws SweepError where it is none. */
export async function readPythonJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8');
  try {
    return parsePythonJson(text);
  } catch (error) {
    throw new SweepError('BAD_DATA', `Expected JSON in ${file}: ${String(error)}`, { cause: error });
  }
}
