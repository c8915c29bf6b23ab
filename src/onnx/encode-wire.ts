/**
 * The writing side of the protocol-buffer wire format: every function gives the bytes of one field, and a message
 * is its fields concatenated.
 */
const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** An integer field (int64, int32, enum): negative values take ten bytes, as the format wants. */
export function integerField(field: number, value: number | bigint): Uint8Array {
  return joinBytes([varint((field << 3) | VARINT), varint(value)]);
}

/** A `float` field. */
export function floatField(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return joinBytes([varint((field << 3) | FIXED32), bytes]);
}

/** A field of bytes, or of a sub-message given as its bytes. */
export function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return joinBytes([varint((field << 3) | LENGTH_DELIMITED), varint(bytes.length), bytes]);
}

/** A field of text. */
export function stringField(field: number, text: string): Uint8Array {
  return bytesField(field, Buffer.from(text));
}

/** A repeated integer field in its packed form. */
export function packedIntegersField(field: number, values: readonly (number | bigint)[]): Uint8Array {
  return bytesField(field, joinBytes(values.map(varint)));
}

/** A repeated float field in its packed form. */
export function packedFloatsField(field: number, values: readonly number[]): Uint8Array {
  return bytesField(field, new Uint8Array(new Float32Array(values).buffer));
}

/** Parts in one buffer: fields to a message, messages to a file. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
