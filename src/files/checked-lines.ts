import { createReadStream } from 'node:fs';
import { crc32 } from 'node:zlib';

/**
 * FORMAT  One record a line, every line JSON: {"crc":"<8 hex>","record":<JSON>}<newline>.
 *         The checksum is CRC-32 over the bytes of <JSON> as written.
 * VALID   A record counts if and only if (1) its line ends in a newline, (2) the line has the form above,
 *         (3) the checksum matches, and (4) every line before it is valid.
 * TORN    Only invalid lines at the very end are a torn write: they were never acknowledged and are cut off.
 *         An invalid line with a valid one behind it is damage.
 */
const HEAD = '{"crc":"';
const MIDDLE = '","record":';
const PREFIX_LENGTH = HEAD.length + 8 + MIDDLE.length;
const NEWLINE = 10;

/** The line of one record, newline included. */
export function encodeCheckedLine(record: unknown): string {
  const json = JSON.stringify(record);
  return `${HEAD}${checksum(Buffer.from(json))}${MIDDLE}${json}}\n`;
}

export interface CheckedLines {
  /** Bytes up to the end of the last valid record. */
  readonly validBytes: number;
  /** Bytes behind it: a torn write. */
  readonly tornBytes: number;
  /** Byte at which the first damaged line starts, null where there is no damage. */
  readonly damagedAt: number | null;
}

/**
 * Reads a file of checked lines, or its first `maxBytes` bytes, in order, calling `visit` for every valid record and waiting
 * for what it promises; memory is bounded by the longest line.
 */
export async function readCheckedLines(
  path: string,
  visit: (record: unknown) => void | Promise<void>,
  maxBytes = Infinity,
): Promise<CheckedLines> {
  let validBytes = 0;
  let totalBytes = 0;
  let firstBadAt: number | null = null;
  let damagedAt: number | null = null;
  for await (const { line, start } of linesOf(path, maxBytes)) {
    totalBytes = start + line.length;
    const record = decodeLine(line);
    if (record === undefined) {
      firstBadAt ??= start;
    } else if (firstBadAt !== null) {
      damagedAt ??= firstBadAt;
    } else {
      validBytes = totalBytes;
      const visited = visit(record.value);
      if (visited !== undefined) await visited;
    }
  }
  return { validBytes, tornBytes: totalBytes - validBytes, damagedAt };
}

/** The record of one line with its newline, or undefined where the line is not valid. */
function decodeLine(line: Buffer): { value: unknown } | undefined {
  if (line.at(-1) !== NEWLINE || line.length < PREFIX_LENGTH + 3) return undefined;
  const prefix = line.toString('latin1', 0, PREFIX_LENGTH);
  if (!prefix.startsWith(HEAD) || !prefix.endsWith(MIDDLE)) return undefined;
  const json = line.subarray(PREFIX_LENGTH, line.length - 2);
  if (checksum(json) !== prefix.slice(HEAD.length, HEAD.length + 8)) return undefined;
  return { value: JSON.parse(json.toString()) };
}

function checksum(bytes: Buffer): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}

async function* linesOf(path: string, maxBytes: number): AsyncGenerator<{ line: Buffer; start: number }> {
  if (maxBytes === 0) return;
  let pending: Buffer[] = [];
  let start = 0;
  for await (const chunk of createReadStream(path, {
    highWaterMark: 1 << 20,
    end: maxBytes - 1,
  }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      const line = Buffer.concat([...pending, chunk.subarray(from, at + 1)]);
      yield { line, start };
      start += line.length;
      pending = [];
      from = at + 1;
    }
    if (from < chunk.length) pending.push(chunk.subarray(from));
  }
  if (pending.length > 0) yield { line: Buffer.concat(pending), start };
}
