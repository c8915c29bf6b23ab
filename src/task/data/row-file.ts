import { TextFile } from '../../files/text-file.js';
import { dumpJson, parseJson } from '../../python/json.js';
import { isDict, isList, pyDict, PyDatetime, type PyDict, type PyValue } from '../../python/value.js';

const MICROS = '\u0000micros';

/** Rows on disk, in a temporary file: written in order, read at any position. A row takes 8 bytes of memory. */
export class RowFile {
  private readonly texts = new TextFile();

  get length(): number {
    return this.texts.length;
  }

  push(row: PyDict): void {
    this.texts.push(encodeRow(row));
  }

  at(index: number): PyDict {
    return decodeRow(this.texts.at(index));
  }

  close(): void {
    this.texts.close();
  }
}

// JSON keeps all but times, and halves of surrogate pairs, which UTF-8 has not.
function encodeRow(row: PyDict): string {
  const text = dumpJson(tagTimes(row));
  return text.replaceAll(/\p{Surrogate}/gu, (half) => `\\u${half.charCodeAt(0).toString(16)}`);
}

function decodeRow(text: string): PyDict {
  const row = parseJson(text);
  return (text.includes('\\u0000micros') ? untagTimes(row) : row) as PyDict;
}

function tagTimes(value: PyValue): PyValue {
  if (value instanceof PyDatetime) return { [MICROS]: value.epochMicros.toString() };
  if (isList(value)) return value.map(tagTimes);
  if (!isDict(value)) return value;
  return pyDict(Object.entries(value).map(([key, item]) => [key, tagTimes(item)] as const));
}

function untagTimes(value: PyValue): PyValue {
  if (isList(value)) return value.map(untagTimes);
  if (!isDict(value)) return value;
  const micros = value[MICROS];
  if (typeof micros === 'string') return new PyDatetime(BigInt(micros));
  return pyDict(Object.entries(value).map(([key, item]) => [key, untagTimes(item)] as const));
}
