import { pyFloat, type PyFloat, type PyValue } from './value.js';

/**
 * Python's ast.literal_eval for text, numbers, True, False, None, lists, tuples (as lists), sets (as lists) and dicts
 * with text keys. Throws SyntaxError for anything else.
 */
export function literalEval(source: string): PyValue {
  const reader = new LiteralReader(source.replace(/^[ \t]+/, ''));
  const value = reader.readValue();
  reader.expectEnd();
  return value;
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

class LiteralReader {
  private readonly source: string;
  private position = 0;

  constructor(source: string) {
    this.source = source;
  }

  expectEnd(): void {
    this.skipBlanks();
    if (this.position < this.source.length) throw this.unexpected();
  }

  readValue(): PyValue {
    this.skipBlanks();
    const next = this.source.charAt(this.position);
    if (next === '[') return this.readSequence(']');
    if (next === '(') return this.readTuple();
    if (next === '{') return this.readBraces();
    if (/^[rRuUbB]?["']/.test(this.source.slice(this.position, this.position + 2))) return this.readStrings();
    return this.readWord();
  }

  private readSequence(close: string): PyValue[] {
    this.position += 1;
    const items: PyValue[] = [];
    for (;;) {
      this.skipBlanks();
      if (this.take(close)) return items;
      items.push(this.readValue());
      this.skipBlanks();
      if (!this.take(',') && this.source.charAt(this.position) !== close) throw this.unexpected();
    }
  }

  private readTuple(): PyValue {
    const start = this.position;
    const items = this.readSequence(')');
    const inside = this.source.slice(start, this.position - 1).trimEnd();
    return items.length === 1 && !inside.endsWith(',') ? (items[0] ?? null) : items;
  }

  private readBraces(): PyValue {
    this.position += 1;
    const entries: [string, PyValue][] = [];
    const members: PyValue[] = [];
    for (;;) {
      this.skipBlanks();
      if (this.take('}')) return members.length > 0 ? members : Object.fromEntries(entries);
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
    const word = /^[+-]?[A-Za-z0-9_.]+(?:(?<=\d[eE])[+-]?\d+)?/.exec(this.source.slice(this.position))?.[0];
    if (word === undefined) throw this.unexpected();
    this.position += word.length;
    if (word === 'True') return true;
    if (word === 'False') return false;
    if (word === 'None') return null;
    return parseNumber(word);
  }

  private skipBlanks(): void {
    while (/[ \t\r\n\f]/.test(this.source.charAt(this.position))) this.position += 1;
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
  const text = word.replaceAll('_', '');
  if (/^[+-]?(?:0+|[1-9]\d*)$/.test(text)) {
    const value = Number(text);
    return Number.isSafeInteger(value) ? value + 0 : BigInt(text.replace('+', ''));
  }
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return Number(text);
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return pyFloat(Number(text));
  throw new SyntaxError(`${JSON.stringify(word)} is not a Python literal`);
}
