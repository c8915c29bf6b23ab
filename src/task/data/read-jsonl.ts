import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { SweepError } from '../../errors.js';
import { parseJson } from '../../python/json.js';
import { isDict, type PyDict } from '../../python/value.js';

/** The documents of a JSON-lines file, one a line, as a stream. A broken line is named with its number. */
export async function* readJsonLines(file: string): AsyncGenerator<PyDict> {
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity });
  let number = 0;
  for await (const raw of lines) {
    number += 1;
    const line = number === 1 ? raw.replace(/^\ufeff/, '') : raw;
    if (line.trim() !== '') yield parseLine(line, `${file}, line ${number}`);
  }
}

function parseLine(line: string, where: string): PyDict {
  let value: unknown;
  try {
    value = parseJson(line);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SweepError('BAD_DATA', `Expected one JSON document a line: ${where} is not JSON (${reason}).`, {
      cause: error,
    });
  }
  if (isDict(value)) return value;
  throw new SweepError(
    'BAD_DATA',
    `Expected one JSON object a line: ${where} holds ${line.trim().slice(0, 40)}.`,
  );
}
