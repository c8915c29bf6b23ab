import { SweepError } from '../../errors.js';
import { parseJson } from '../../python/json.js';
import { isDict, type PyDict } from '../../python/value.js';
import { readLines } from './read-lines.js';

/** The documents of a JSON-lines file, one a line, as a stream. A broken line is named with its number. */
export async function* readJsonLines(file: string): AsyncGenerator<PyDict> {
  for await (const { text, number } of readLines(file)) {
    if (text.trim() !== '') yield parseLine(text, `${file}, line ${number}`);
  }
}

function parseLine(line: string, where: string): PyDict {
  let value: unknown;
  try {
    value = parseJson(line);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SweepError(
      'BAD_DATA',
      `Expected one JSON document a line: ${where} is not JSON (${reason.slice(0, 200)}).`,
      {
        cause: error,
      },
    );
  }
  if (isDict(value)) return value;
  throw new SweepError(
    'BAD_DATA',
    `Expected one JSON object a line: ${where} holds ${line.trim().slice(0, 40)}.`,
  );
}
