import { open, type FileHandle } from 'node:fs/promises';
import { SweepError } from '../errors.js';

const HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const DT_NEEDED = 1n;
const DT_STRTAB = 5n;
const DT_STRSZ = 10n;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/**
 * Names of the shared libraries that a 64-bit little-endian ELF file wants loaded with it (its DT_NEEDED entries), in
 * order. Reads a few kilobytes whatever the file's size. Format: System V ABI, chapters 4 and 5.
 * Throws SweepError when the file is no such ELF file.
 */
export async function readNeededLibraries(path: string): Promise<readonly string[]> {
  const file = await open(path);
  try {
    const segments = await readSegments(path, file);
    const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
    if (dynamic === undefined) return [];
    const entries = dynamicEntries(await readBytes(file, dynamic.offset, dynamic.size));
    const valueOf = (wanted: bigint): number => Number(entries.find(([tag]) => tag === wanted)?.[1] ?? 0n);
    const names = await readBytes(file, offsetOf(segments, valueOf(DT_STRTAB)), valueOf(DT_STRSZ));
    return entries.filter(([tag]) => tag === DT_NEEDED).map(([, offset]) => textAt(names, Number(offset)));
  } finally {
    await file.close();
  }
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function readSegments(path: string, file: FileHandle): Promise<readonly Segment[]> {
  const header = await readBytes(file, 0, HEADER_BYTES);
  const isElf64 = header.length === HEADER_BYTES && header.readUInt32BE(0) === 0x7f454c46;
  if (!isElf64 || header[4] !== 2 || header[5] !== 1) {
    throw new SweepError('NOT_ELF', `Expected ${path} to be a 64-bit little-endian ELF file: fetch it again`);
  }
  const count = header.readUInt16LE(56);
  const table = await readBytes(file, Number(header.readBigUInt64LE(32)), count * PROGRAM_HEADER_BYTES);
  return Array.from({ length: Math.floor(table.length / PROGRAM_HEADER_BYTES) }, (_, index) => {
    const start = index * PROGRAM_HEADER_BYTES;
    return {
      type: table.readUInt32LE(start),
      offset: Number(table.readBigUInt64LE(start + 8)),
      address: Number(table.readBigUInt64LE(start + 16)),
      size: Number(table.readBigUInt64LE(start + 32)),
    };
  });
}

/** (tag, value) pairs up to the closing DT_NULL. */
function dynamicEntries(bytes: Buffer): (readonly [bigint, bigint])[] {
  const entries: (readonly [bigint, bigint])[] = [];
  for (let start = 0; start + 16 <= bytes.length; start += 16) {
    const tag = bytes.readBigUInt64LE(start);
    if (tag === 0n) break;
    entries.push([tag, bytes.readBigUInt64LE(start + 8)]);
  }
  return entries;
}

/** The place in the file of an address in memory. */
function offsetOf(segments: readonly Segment[], address: number): number {
  const home = segments.find(
    (segment) =>
      segment.type === PT_LOAD && address >= segment.address && address < segment.address + segment.size,
  );
  return home === undefined ? address : address - home.address + home.offset;
}

function textAt(bytes: Buffer, offset: number): string {
  const end = bytes.indexOf(0, offset);
  return bytes.toString('utf8', offset, end < 0 ? bytes.length : end);
}
