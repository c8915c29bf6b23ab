import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { SweepError } from '../../errors.js';

const FOREIGN = /\.(zst|zstd|bz2|xz|lz4|zip|7z)$/i;

/** The bytes of a data file, unpacked where it is gzipped. Throws SweepError for other packings. */
export async function* openBytes(file: string): AsyncGenerator<Buffer> {
  const packing = FOREIGN.exec(file)?.[1];
  if (packing !== undefined) {
    throw new SweepError(
      'PACKED_DATA',
      `Expected plain or gzipped data in ${file}, got ${packing}: unpack it and name the unpacked file.`,
    );
  }
  const stream = createReadStream(file);
  if (!/\.gz$/i.test(file)) {
    yield* stream as AsyncIterable<Buffer>;
    return;
  }
  const unpacked = createGunzip();
  stream.on('error', (error) => unpacked.destroy(error));
  try {
    yield* stream.pipe(unpacked) as AsyncIterable<Buffer>;
  } catch (error) {
    throw new SweepError('BAD_DATA', `Expected gzipped data in ${file}: ${String(error)}.`, { cause: error });
  }
}
