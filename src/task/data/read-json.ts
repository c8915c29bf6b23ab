import { open, readFile } from 'node:fs/promises';
import { SweepError } from '../../errors.js';
import { parseJson } from '../../python/json.js';
import { isDict, isList, type PyDict, type PyValue } from '../../python/value.js';
import { readJsonLines } from './read-jsonl.js';
import { rewriteNumbers } from './rewrite-numbers.js';

/**
 * The documents of a JSON file: one object a line, a list of objects, or (with `field`) the list under that key,
 * as the `datasets` library reads them.
 */
export async function* readJson(file: string, field: string | null): AsyncGenerator<PyDict> {
  if (field === null && (await looksLikeLines(file))) {
    yield* readJsonLines(file);
    return;
  }
  const value = parseWhole(await readFile(file, 'utf8'), file);
  const list = field === null ? value : isDict(value) ? value[field] : undefined;
  if (isList(list) && list.every(isDict)) {
    for (const row of list) yield rewriteRow(row);
  } else if (isDict(list)) yield* fromColumns(list, file);
  else {
    const wanted = field === null ? 'a list of objects' : `a list of objects under ${JSON.stringify(field)}`;
    throw new SweepError('BAD_DATA', `Expected ${wanted} in ${file}.`);
  }
}

// A list starts with a bracket; an object that closes on its first line is the first of many lines.
async function looksLikeLines(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1 << 20), 0, 1 << 20, 0);
    const start = buffer
      .toString('utf8', 0, bytesRead)
      .replace(/^\ufeff/, '')
      .trimStart();
    if (!start.startsWith('{')) return !start.startsWith('[');
    const line = start.slice(0, start.indexOf('\n') === -1 ? undefined : start.indexOf('\n')).trimEnd();
    return line.endsWith('}') || bytesRead === 1 << 20;
  } finally {
    await handle.close();
  }
}

function rewriteRow(row: PyDict): PyDict {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, rewriteNumbers(value)]));
}

function parseWhole(text: string, file: string): PyValue {
  try {
    return parseJson(text.replace(/^\ufeff/, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SweepError('BAD_DATA', `Expected JSON in ${file}: ${reason}.`, { cause: error });
  }
}

/** One object of equally long lists is a table by columns; any other object is a single document. */
function fromColumns(table: PyDict, _file: string): PyDict[] {
  const columns = Object.entries(table);
  const [first] = columns;
  const length = first !== undefined && isList(first[1]) ? first[1].length : -1;
  if (length < 0 || !columns.every(([, column]) => isList(column) && column.length === length))
    return [table];
  return Array.from({ length }, (_, row) =>
    Object.fromEntries(
      columns.map(([name, column]) => [name, isList(column) ? (column[row] ?? null) : null]),
    ),
  );
}
