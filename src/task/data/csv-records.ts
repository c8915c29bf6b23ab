import { SweepError } from '../../errors.js';
import { openBytes } from './open-bytes.js';

const MAX_FIELD = 128 * 2 ** 20;

/** The records of a CSV file (RFC 4180) as a stream. Throws SweepError for bytes that are no UTF-8 and open quotes. */
export async function* readRecords(file: string, separator: string): AsyncGenerator<string[]> {
  const reader = new RecordReader(separator, file);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes?: Buffer): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (error) {
      throw new SweepError('BAD_DATA', `Expected UTF-8 in ${file}, got other bytes.`, { cause: error });
    }
  };
  for await (const chunk of openBytes(file)) yield* reader.push(decode(chunk));
  yield* reader.push(decode());
  yield* reader.finish();
}

/** RFC 4180 records out of chunks of text; they end at a newline, a carriage return or both. Blank lines are skipped. */
class RecordReader {
  private readonly special: RegExp;
  private readonly separator: string;
  private readonly file: string;
  private field = '';
  private record: string[] = [];
  private done: string[][] = [];
  private state: 'plain' | 'quoted' | 'quote-in-quoted' = 'plain';
  private isAfterReturn = false;

  constructor(separator: string, file: string) {
    this.separator = separator;
    this.file = file;
    this.special = new RegExp(`["\\r\\n${separator.replace(/[\\\]^-]/g, '\\$&')}]`, 'g');
  }

  push(chunk: string): string[][] {
    let start = 0;
    while (start < chunk.length) {
      const end = this.nextSpecial(chunk, start);
      this.keep(chunk.slice(start, end));
      if (end < chunk.length) this.take(chunk.charAt(end));
      start = end + 1;
    }
    const { done } = this;
    this.done = [];
    return done;
  }

  finish(): string[][] {
    if (this.state === 'quoted')
      throw new SweepError('BAD_DATA', `Expected every quote in ${this.file} to be closed.`);
    this.endRecord(this.state === 'plain');
    return this.done;
  }

  private nextSpecial(chunk: string, start: number): number {
    if (this.state === 'quoted') {
      const quote = chunk.indexOf('"', start);
      return quote === -1 ? chunk.length : quote;
    }
    this.special.lastIndex = start;
    return this.special.exec(chunk)?.index ?? chunk.length;
  }

  private keep(text: string): void {
    if (text === '') return;
    this.isAfterReturn = false;
    if (this.state === 'quote-in-quoted') this.state = 'plain';
    this.field += text;
    if (this.field.length > MAX_FIELD) {
      throw new SweepError(
        'BAD_DATA',
        `Expected fields of at most ${MAX_FIELD / 2 ** 20} million characters in ${this.file}, got more; is a quote not closed?`,
      );
    }
  }

  private take(character: string): void {
    const isSecondHalf = this.isAfterReturn && character === '\n';
    this.isAfterReturn = false;
    if (this.state === 'quoted') this.state = 'quote-in-quoted';
    else if (character === '"') this.takeQuote();
    else if (!isSecondHalf) {
      const isPlain = this.state === 'plain';
      this.state = 'plain';
      this.isAfterReturn = character === '\r';
      if (character === this.separator) this.endField();
      else this.endRecord(isPlain);
    }
  }

  // A quote opens a field, stands doubled within one, or is part of a text that began without.
  private takeQuote(): void {
    if (this.state === 'plain' && this.field !== '') {
      this.field += '"';
      return;
    }
    if (this.state === 'quote-in-quoted') this.field += '"';
    this.state = 'quoted';
  }

  private endField(): void {
    this.record.push(this.field);
    this.field = '';
  }

  // A line of blanks is no record, an empty quoted field is one.
  private endRecord(isPlain: boolean): void {
    if (isPlain && this.record.length === 0 && /^[ \t]*$/.test(this.field)) {
      this.field = '';
      return;
    }
    this.endField();
    this.done.push(this.record);
    this.record = [];
  }
}
