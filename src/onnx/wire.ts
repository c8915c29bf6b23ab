import { SweepError } from '../errors.js';
import type { ByteSource } from './byte-source.js';

// The protobuf wire format (https://protobuf.dev/programming-guides/encoding/), read by position: a field is known
// by where its payload lies, so a tensor of gigabytes costs one skip.

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;
const LONGEST_VARINT = 10;

/** One field of a message: its number and where its payload lies. */
export interface Field {
  readonly number: number;
  readonly wireType: number;
  /** First byte of the tag. */
  readonly tagStart: number;
  /** First byte of the payload. */
  readonly start: number;
  readonly end: number;
  /** The integer of a varint field, signed 64 bits; 0 for the others. */
  readonly value: number;
}

/** A file that is no well-formed ONNX model. */
export function badModel(source: ByteSource, what: string): SweepError {
  return new SweepError(
    'BAD_MODEL',
    `Expected ${source.name} to be a whole ONNX model, but ${what}; export or copy it again.`,
  );
}

/** The varint at `position`, and where it ends. */
export function readVarint(
  source: ByteSource,
  position: number,
  limit: number,
): [value: number, end: number] {
  const bytes = source.bytes(position, Math.min(position + LONGEST_VARINT, limit));
  let low = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    low += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return [index < 7 ? low : wideVarint(bytes, index), position + index + 1];
  }
  if (bytes.length < LONGEST_VARINT) throw badModel(source, `it is truncated at byte ${limit}`);
  throw badModel(source, `it is corrupt at byte ${position}`);
}

function wideVarint(bytes: Uint8Array, last: number): number {
  let value = 0n;
  for (let index = last; index >= 0; index--) value = (value << 7n) | BigInt((bytes[index] ?? 0) & 0x7f);
  return Number(BigInt.asIntN(64, value));
}

/** The fields of the message in [start, end), payloads unread. */
export function* fieldsOf(source: ByteSource, start = 0, end = source.size): Generator<Field> {
  let position = start;
  while (position < end) {
    const field = readField(source, position, end);
    yield field;
    position = field.end;
  }
}

function readField(source: ByteSource, tagStart: number, limit: number): Field {
  const [tag, afterTag] = readVarint(source, tagStart, limit);
  const number = Math.floor(tag / 8);
  const wireType = tag % 8;
  if (number === 0) throw badModel(source, `it is corrupt at byte ${tagStart}`);
  const [start, end, value] = payload(source, { wireType, tagStart, afterTag, limit });
  if (end > limit) {
    throw badModel(source, `it is truncated: a field at byte ${tagStart} ends at ${end}, past byte ${limit}`);
  }
  return { number, wireType, tagStart, start, end, value };
}

interface Tag {
  readonly wireType: number;
  readonly tagStart: number;
  readonly afterTag: number;
  readonly limit: number;
}

function payload(source: ByteSource, tag: Tag): [start: number, end: number, value: number] {
  const { wireType, afterTag, limit } = tag;
  if (wireType === FIXED64) return [afterTag, afterTag + 8, 0];
  if (wireType === FIXED32) return [afterTag, afterTag + 4, 0];
  if (wireType !== VARINT && wireType !== LENGTH_DELIMITED) {
    throw badModel(source, `it is corrupt at byte ${tag.tagStart}`);
  }
  const [value, end] = readVarint(source, afterTag, limit);
  if (wireType === VARINT) return [afterTag, end, value];
  if (value < 0) throw badModel(source, `it is corrupt at byte ${tag.tagStart}`);
  return [end, end + value, 0];
}

const UTF8 = new TextDecoder();

/** A length-delimited field as text. */
export function textOf(source: ByteSource, field: Field): string {
  return UTF8.decode(source.bytes(field.start, field.end));
}

/** The integers of a repeated varint field, whether it was written packed or one by one. */
export function integersOf(source: ByteSource, field: Field): number[] {
  if (field.wireType === VARINT) return [field.value];
  const values: number[] = [];
  let position = field.start;
  while (position < field.end) {
    const [value, end] = readVarint(source, position, field.end);
    values.push(value);
    position = end;
  }
  return values;
}
