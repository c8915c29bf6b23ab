import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dumpJson, parseJson } from '../../python/json.js';
import { isDict, isList, PyDatetime, type PyDict, type PyValue } from '../../python/value.js';

const BUFFER_BYTES = 1 << 20;
const MICROS = '\u0000micros';

/**
 * Rows on disk, in a temporary file that nobody else sees: written in order, read at any position. A row takes 8 bytes
 * of memory. The file is gone with the process.
 */
export class RowFile {
  private readonly descriptor: number;
  private offsets = new Float64Array(1 << 16);
  private nRows = 0;
  private pending: Buffer[] = [];
  private nPendingBytes = 0;
  private nBytes = 0;

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'rows-'));
    const path = join(folder, 'rows');
    this.descriptor = openSync(path, 'wx+');
    // An open file without a name lives until it is closed; where that cannot be, the folder goes at exit.
    try {
      rmSync(folder, { recursive: true });
    } catch {
      process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    }
  }

  get length(): number {
    return this.nRows;
  }

  push(row: PyDict): void {
    const bytes = Buffer.from(encodeRow(row), 'utf8');
    if (this.nRows + 1 >= this.offsets.length) this.grow();
    this.pending.push(bytes);
    this.nPendingBytes += bytes.length;
    this.nBytes += bytes.length;
    this.nRows += 1;
    this.offsets[this.nRows] = this.nBytes;
    if (this.nPendingBytes >= BUFFER_BYTES) this.flush();
  }

  at(index: number): PyDict {
    this.flush();
    const start = this.offsets[index] ?? 0;
    const buffer = Buffer.allocUnsafe((this.offsets[index + 1] ?? start) - start);
    readSync(this.descriptor, buffer, 0, buffer.length, start);
    return decodeRow(buffer.toString('utf8'));
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private flush(): void {
    if (this.pending.length === 0) return;
    const bytes = Buffer.concat(this.pending);
    writeSync(this.descriptor, bytes, 0, bytes.length, this.nBytes - bytes.length);
    this.pending = [];
    this.nPendingBytes = 0;
  }

  private grow(): void {
    const bigger = new Float64Array(this.offsets.length * 2);
    bigger.set(this.offsets);
    this.offsets = bigger;
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
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, tagTimes(item)]));
}

function untagTimes(value: PyValue): PyValue {
  if (isList(value)) return value.map(untagTimes);
  if (!isDict(value)) return value;
  const micros = value[MICROS];
  if (typeof micros === 'string') return new PyDatetime(BigInt(micros));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, untagTimes(item)]));
}
