import { pyDict, pyFloat, pyInt, PyTuple, type PyFloat, type PyValue } from './value.js';

/**
 * Python's ast.literal_eval for text, numbers, True, False, None, lists, tuples, sets (as lists) and dicts with text
 * keys. Throws SyntaxError for anything else: bytes, complex numbers and named characters too.
 */
export function literalEval(source: string): PyValue {
  if (source.includes('\0')) throw new SyntaxError('a NUL character');
  if (/\\\r?\n?$/.test(source)) throw new SyntaxError('a line that goes on at the end');
  const text = source.replace(/^[ \t]+/, '').replaceAll(/\r\n?/g, '\n');
  return new LiteralReader(text.replace(BLANK_LINES, '')).readAll();
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
};

// Before what is not indented: that would be an error.
const BLANK_LINES = /^(?:[ \t\f]*(?:#[^\n]*)?\n)+(?![ \t])/;
const MAX_DEPTH = 200; // Python's own bound on nested brackets
const MAX_WORD = 5000; // Python reads no longer ints

const WHOLE = '0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|[1-9](?:_?[0-9])*|0(?:_?0)*';
const DIGITS = '[0-9](?:_?[0-9])*';
const EXPONENT = `[eE][-+]?${DIGITS}`;
const FLOAT = `(?:(?:${DIGITS})?\\.${DIGITS}|${DIGITS}\\.)(?:${EXPONENT})?|${DIGITS}${EXPONENT}`;
const SIGNED_NUMBER = new RegExp(`^(?:[-+][ \\t]*)?(?:${FLOAT}|${WHOLE})`);

class LiteralReader {
  private readonly source: string;
  private position = 0;
  private depth = 0;
  private endsWithComma = false;

  constructor(source: string) {
    this.source = source;
  }

  // What stands at the outermost level ends with its line, and commas make it a tuple.
  readAll(): PyValue {
    const items: PyValue[] = [];
    let isTuple = false;
    this.skipBlanks();
    for (;;) {
      items.push(this.readValue());
      this.skipBlanks();
      if (!this.take(',')) break;
      isTuple = true;
      this.skipBlanks();
      if (this.atLineEnd()) break;
    }
    this.depth += 1;
    this.skipBlanks();
    if (this.position < this.source.length) throw this.unexpected();
    return isTuple ? PyTuple.from(items) : (items[0] ?? null);
  }

  private atLineEnd(): boolean {
    return this.position >= this.source.length || this.source.charAt(this.position) === '\n';
  }

  private readValue(): PyValue {
    this.skipBlanks();
    const next = this.source.charAt(this.position);
    if (next === '[') return this.inside(() => this.readSequence(']'));
    if (next === '(') return this.inside(() => this.readTuple());
    if (next === '{') return this.inside(() => this.readBraces());
    if (/^[rRuU]?["']/.test(this.source.slice(this.position, this.position + 2))) return this.readStrings();
    return this.readWord();
  }

  // Within brackets a newline is a blank.
  private inside<T>(read: () => T): T {
    if (this.depth >= MAX_DEPTH) throw new SyntaxError('too many nested brackets');
    this.depth += 1;
    const value = read();
    this.depth -= 1;
    return value;
  }

  private readSequence(close: string): PyValue[] {
    this.position += 1;
    const items: PyValue[] = [];
    for (let hasComma = false; ;) {
      this.skipBlanks();
      if (this.take(close)) {
        this.endsWithComma = hasComma;
        return items;
      }
      items.push(this.readValue());
      this.skipBlanks();
      hasComma = this.take(',');
      if (!hasComma && this.source.charAt(this.position) !== close) throw this.unexpected();
    }
  }

  private readTuple(): PyValue {
    const items = this.readSequence(')');
    const isGrouping = items.length === 1 && !this.endsWithComma;
    return isGrouping ? (items[0] ?? null) : PyTuple.from(items);
  }

  private readBraces(): PyValue {
    this.position += 1;
    const entries: [string, PyValue][] = [];
    const members: PyValue[] = [];
    for (;;) {
      this.skipBlanks();
      if (this.take('}')) return members.length > 0 ? members : pyDict(entries);
      const key = this.readValue();
      this.skipBlanks();
      if (!this.take(':')) members.push(key);
      else if (typeof key === 'string') entries.push([key, this.readValue()]);
      else throw new SyntaxError('a dict literal with keys that are not text');
      this.skipBlanks();
      if (!this.take(',') && this.source.charAt(this.position) !== '}') throw this.unexpected();
    }
  }

  private readStrings(): string {
    let text = '';
    while (/^[rRuU]?["']/.test(this.source.slice(this.position, this.position + 2))) {
      text += this.readString();
      this.skipBlanks();
    }
    return text;
  }

  private readString(): string {
    const raw = /[rR]/.test(this.source.charAt(this.position));
    if (!/["']/.test(this.source.charAt(this.position))) this.position += 1;
    const one = this.source.charAt(this.position);
    const quote = this.source.startsWith(one.repeat(3), this.position) ? one.repeat(3) : one;
    this.position += quote.length;
    let text = '';
    for (;;) {
      if (this.take(quote)) return text;
      const next = this.source.charAt(this.position);
      if (next === '' || (next === '\n' && quote.length === 1))
        throw new SyntaxError('unterminated string literal');
      if (next === '\\') text += this.readEscape(raw);
      else {
        text += next;
        this.position += 1;
      }
    }
  }

  private readEscape(raw: boolean): string {
    const letter = this.source.charAt(this.position + 1);
    this.position += 2;
    if (raw) return `\\${letter}`;
    if (letter === 'N') throw new SyntaxError('a character by its name');
    const simple = ESCAPES[letter];
    if (simple !== undefined) return simple;
    const nDigits = { x: 2, u: 4, U: 8 }[letter];
    if (nDigits !== undefined) return this.readHex(nDigits);
    if (!/[0-7]/.test(letter)) return `\\${letter}`;
    const octal = /^[0-7]{1,3}/.exec(this.source.slice(this.position - 1))?.[0] ?? letter;
    this.position += octal.length - 1;
    return String.fromCodePoint(Number.parseInt(octal, 8));
  }

  private readHex(nDigits: number): string {
    const digits = this.source.slice(this.position, this.position + nDigits);
    const code = Number.parseInt(digits, 16);
    if (!/^[0-9a-fA-F]+$/.test(digits) || digits.length < nDigits || code > 0x10ffff) {
      throw new SyntaxError('malformed escape in a string literal');
    }
    this.position += nDigits;
    return String.fromCodePoint(code);
  }

  private readWord(): PyValue {
    const rest = this.source.slice(this.position, this.position + MAX_WORD);
    const name = /^[\p{L}_][\p{L}\p{N}_]*/u.exec(rest)?.[0];
    const word = name ?? SIGNED_NUMBER.exec(rest)?.[0];
    if (word === undefined) throw this.unexpected();
    this.position += word.length;
    if (word === 'True') return true;
    if (word === 'False') return false;
    if (word === 'None') return null;
    // A letter or digit behind a number makes it another word.
    if (name !== undefined || /^[\p{L}\p{N}_.]/u.test(this.source.slice(this.position, this.position + 2)))
      throw new SyntaxError(`${JSON.stringify(word)} is not a Python literal`);
    return parseNumber(word);
  }

  private skipBlanks(): void {
    const blanks = this.depth > 0 ? /(?:[ \t\n\f]|\\\n|#[^\n]*)*/y : /(?:[ \t\f]|\\\n|#[^\n]*)*/y;
    blanks.lastIndex = this.position;
    this.position += blanks.exec(this.source)?.[0].length ?? 0;
  }

  private take(token: string): boolean {
    if (!this.source.startsWith(token, this.position)) return false;
    this.position += token.length;
    return true;
  }

  private unexpected(): SyntaxError {
    const found = this.source.slice(this.position, this.position + 20);
    return new SyntaxError(found === '' ? 'unexpected end' : `unexpected ${JSON.stringify(found)}`);
  }
}

function parseNumber(word: string): number | bigint | PyFloat {
  const text = word.replaceAll(/[_ \t]/g, '');
  const digits = text.replace(/^[-+]/, '');
  const isWhole = /^(?:\d+|0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/.test(digits);
  if (!isWhole) return pyFloat(Number(text));
  const value = BigInt(digits);
  return pyInt(text.startsWith('-') ? -value : value);
}
