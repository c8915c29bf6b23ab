import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BUFFER_BYTES = 1 << 20;
/** So much is read at once where texts are asked in order. */
const WINDOW_BYTES = 1 << 18;

/**
 * Texts on disk, in a temporary file that nobody else sees: written in order, read at any position. A text takes 8 bytes
 * of memory. Texts have to be well-formed Unicode. The file is gone with the process, or when it is closed.
 */
export class TextFile {
  private readonly descriptor: number;
  private offsets = new Float64Array(1 << 12);
  private nTexts = 0;
  private pending: Buffer[] = [];
  private nPendingBytes = 0;
  private nBytes = 0;
  private window: Buffer = Buffer.alloc(0);
  private windowStart = 0;
  /** The text after the one asked last. */
  private next = 0;

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'texts-'));
    this.descriptor = openSync(join(folder, 'texts'), 'wx+');
    // An open file without a name lives until it is closed; where that cannot be, the folder goes at exit.
    try {
      rmSync(folder, { recursive: true });
    } catch {
      process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    }
  }

  get length(): number {
    return this.nTexts;
  }

  push(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    if (this.nTexts + 1 >= this.offsets.length) this.grow();
    this.pending.push(bytes);
    this.nPendingBytes += bytes.length;
    this.nBytes += bytes.length;
    this.nTexts += 1;
    this.offsets[this.nTexts] = this.nBytes;
    if (this.nPendingBytes >= BUFFER_BYTES) this.flush();
  }

  at(index: number): string {
    this.flush();
    const start = this.offsets[index] ?? 0;
    const end = this.offsets[index + 1] ?? start;
    const isInWindow = start >= this.windowStart && end <= this.windowStart + this.window.length;
    if (!isInWindow) this.load(start, Math.max(end - start, index === this.next ? WINDOW_BYTES : 0));
    this.next = index + 1;
    return this.window.toString('utf8', start - this.windowStart, end - this.windowStart);
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private load(start: number, length: number): void {
    this.window = Buffer.allocUnsafe(Math.min(length, this.nBytes - start));
    this.windowStart = start;
    readSync(this.descriptor, this.window, 0, this.window.length, start);
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
