import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const WINDOW_BYTES = 1 << 16;

/** Random access to bytes that need not fit in memory. */
export interface ByteSource {
  /** What the bytes are, for error messages: a path. */
  readonly name: string;
  readonly size: number;
  /** The bytes [start, end), valid for as long as the caller keeps them. */
  bytes(start: number, end: number): Uint8Array;
}

/** A file as a byte source: reads go through a small window, so that weights that are skipped are never read. */
export class FileSource implements ByteSource, Disposable {
  readonly name: string;
  readonly size: number;
  readonly #descriptor: number;
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;

  constructor(file: string) {
    this.name = file;
    this.#descriptor = openSync(file, 'r');
    this.size = fstatSync(this.#descriptor).size;
  }

  bytes(start: number, end: number): Uint8Array {
    const within = start >= this.#windowStart && end <= this.#windowStart + this.#window.length;
    if (!within) this.#load(start, Math.max(end - start, WINDOW_BYTES));
    return this.#window.subarray(start - this.#windowStart, end - this.#windowStart);
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }

  // A fresh buffer for every window: earlier subarrays stay valid.
  #load(start: number, length: number): void {
    const window = new Uint8Array(Math.max(0, Math.min(length, this.size - start)));
    let filled = 0;
    while (filled < window.length) {
      const read = readSync(this.#descriptor, window, filled, window.length - filled, start + filled);
      if (read === 0) break;
      filled += read;
    }
    this.#window = window.subarray(0, filled);
    this.#windowStart = start;
  }
}

/** Bytes in memory as a byte source. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return { name, size: bytes.length, bytes: (start, end) => bytes.subarray(start, end) };
}
