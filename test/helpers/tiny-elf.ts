/** Bytes of a 64-bit ELF file that is nothing but a list of the libraries it needs. */
export function tinyElf(needed: readonly string[]): Buffer {
  const names = Buffer.from(`\0${needed.join('\0')}\0`);
  const entries: [bigint, bigint][] = [];
  let offset = 1;
  for (const name of needed) {
    entries.push([1n, BigInt(offset)]);
    offset += name.length + 1;
  }
  const headerBytes = 64 + 2 * 56;
  const loadAddress = 0x10000;
  entries.push([5n, BigInt(loadAddress + headerBytes)], [10n, BigInt(names.length)], [0n, 0n]);
  const dynamic = Buffer.alloc(entries.length * 16);
  entries.forEach(([tag, value], index) => {
    dynamic.writeBigUInt64LE(tag, index * 16);
    dynamic.writeBigUInt64LE(value, index * 16 + 8);
  });
  const head = Buffer.alloc(headerBytes);
  head.writeUInt32BE(0x7f454c46, 0);
  head.set([2, 1, 1], 4);
  head.writeBigUInt64LE(64n, 32);
  head.writeUInt16LE(2, 56);
  writeSegment(head, 64, { type: 1, offset: 0, address: loadAddress, size: headerBytes + names.length });
  writeSegment(head, 120, {
    type: 2,
    offset: headerBytes + names.length,
    address: loadAddress + headerBytes + names.length,
    size: dynamic.length,
  });
  return Buffer.concat([head, names, dynamic]);
}

function writeSegment(
  head: Buffer,
  at: number,
  segment: { type: number; offset: number; address: number; size: number },
): void {
  head.writeUInt32LE(segment.type, at);
  head.writeBigUInt64LE(BigInt(segment.offset), at + 8);
  head.writeBigUInt64LE(BigInt(segment.address), at + 16);
  head.writeBigUInt64LE(BigInt(segment.size), at + 32);
}
