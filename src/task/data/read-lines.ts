import { SweepError } from '../../errors.js';
import { openBytes } from './open-bytes.js';

const NEWLINE = 0x0a;
/** Longest line in bytes: JavaScript holds no text of much more. */
export const MAX_LINE_BYTES = 256 * 2 ** 20;

/** One line of a text file, without its end. */
export interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

/**
 * The lines of a UTF-8 file as a stream; memory holds one line and one chunk. Lines end at a newline only; a carriage
 * return before it and a byte order mark at the start are no part of them. Throws SweepError, naming the line, for bytes
 * that are no UTF-8 and for lines of more than 256 MB.
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  const decoder = new LineDecoder(file);
  for await (const chunk of openBytes(file)) yield* decoder.push(chunk);
  yield* decoder.finish();
}

class LineDecoder {
  private readonly file: string;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  private readonly pieces: Buffer[] = [];
  private nBytes = 0;
  private number = 0;

  constructor(file: string) {
    this.file = file;
  }

  *push(chunk: Buffer): Generator<Line> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.keep(chunk.subarray(start, end));
      yield this.line();
      start = end + 1;
    }
    this.keep(chunk.subarray(start));
  }

  *finish(): Generator<Line> {
    if (this.nBytes > 0) yield this.line();
  }

  private keep(piece: Buffer): void {
    if (piece.length === 0) return;
    this.pieces.push(piece);
    this.nBytes += piece.length;
    if (this.nBytes > MAX_LINE_BYTES) throw this.refuse(`at most ${MAX_LINE_BYTES / 2 ** 20} MB`, 'more');
  }

  private line(): Line {
    this.number += 1;
    const bytes = this.pieces.length === 1 ? (this.pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(this.pieces);
    this.pieces.length = 0;
    this.nBytes = 0;
    let text: string;
    try {
      text = this.decoder.decode(bytes);
    } catch {
      throw this.refuse('UTF-8', 'other bytes', this.number);
    }
    const start = this.number === 1 && text.startsWith('\ufeff') ? 1 : 0;
    return { text: text.slice(start, text.endsWith('\r') ? -1 : undefined), number: this.number };
  }

  private refuse(expected: string, got: string, number = this.number + 1): SweepError {
    return new SweepError('BAD_DATA', `Expected ${expected} in line ${number} of ${this.file}, got ${got}.`);
  }
}
