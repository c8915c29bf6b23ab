import { SweepError } from '../../errors.js';
import { parseJson, parseJsonValues } from '../../python/json.js';
import { isDict, isList, pyDict, type PyDict, type PyValue } from '../../python/value.js';
import { openBytes } from './open-bytes.js';
import { MAX_LINE_BYTES } from './read-lines.js';
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
  const text = (await readWhole(file)).replace(/^\ufeff/, '');
  const several = field === null && text.trimStart().startsWith('{') ? severalObjects(text) : null;
  if (several !== null) {
    yield* several;
    return;
  }
  const value = parseWhole(text, file);
  const list = field === null ? value : isDict(value) ? value[field] : undefined;
  if (isList(list) && list.every(isDict)) {
    for (const row of list) yield rewriteRow(row);
  } else if (isDict(list)) yield* fromColumns(list, file);
  else {
    const wanted = field === null ? 'a list of objects' : `a list of objects under ${JSON.stringify(field)}`;
    throw new SweepError('BAD_DATA', `Expected ${wanted} in ${file}.`);
  }
}

const HEAD_BYTES = 1 << 20;

// A list starts with a bracket; an object that closes on its first line is the first of many lines.
async function looksLikeLines(file: string): Promise<boolean> {
  const head = await readHead(file);
  const start = head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (!start.startsWith('{')) return !start.startsWith('[');
  const line = start.slice(0, start.indexOf('\n') === -1 ? undefined : start.indexOf('\n')).trimEnd();
  return line.endsWith('}') || head.length >= HEAD_BYTES;
}

async function readHead(file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let nBytes = 0;
  for await (const chunk of openBytes(file)) {
    chunks.push(chunk);
    nBytes += chunk.length;
    if (nBytes >= HEAD_BYTES) break;
  }
  return Buffer.concat(chunks);
}

// A list or object over many lines is parsed whole, as the library does.
async function readWhole(file: string): Promise<string> {
  const chunks: Buffer[] = [];
  let nBytes = 0;
  for await (const chunk of openBytes(file)) {
    chunks.push(chunk);
    nBytes += chunk.length;
    if (nBytes > MAX_LINE_BYTES) {
      throw new SweepError(
        'BAD_DATA',
        `Expected at most ${MAX_LINE_BYTES / 2 ** 20} MB in ${file}, which is one JSON value: write it as one object a line.`,
      );
    }
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw new SweepError('BAD_DATA', `Expected UTF-8 in ${file}, got other bytes.`, { cause: error });
  }
}

// Objects over many lines, one behind the other; null for anything else.
function severalObjects(text: string): PyDict[] | null {
  try {
    const values = parseJsonValues(text);
    return values.length > 1 && values.every(isDict) ? values : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function rewriteRow(row: PyDict): PyDict {
  return pyDict(Object.entries(row).map(([key, value]) => [key, rewriteNumbers(value)]));
}

function parseWhole(text: string, file: string): PyValue {
  try {
    return parseJson(text);
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
    pyDict(columns.map(([name, column]) => [name, isList(column) ? (column[row] ?? null) : null])),
  );
}
