import { datetimeStr, floatRepr } from './repr.js';
import { PyDatetime, PyFloat, isFloat, isList, type PyDict, type PyValue, pyDict, pyFloat } from './value.js';

// A number that a JavaScript number would not give back as Python does (a fraction, an exponent, 2^53 or more, -0), or a
// key that a JavaScript object would move to the front.
const DELICATE = /\d[.eE]|\d{16}|-0|NaN|Infinity|"\d+"\s*:/;

/** Python's json.loads: ints and floats stay apart, big ints stay exact. Throws SyntaxError. */
export function parseJson(text: string): PyValue {
  if (!DELICATE.test(text)) return JSON.parse(text) as PyValue;
  return new JsonReader(text).read();
}

/** JSON values that stand behind one another, with nothing but blanks between them. Throws SyntaxError. */
export function parseJsonValues(text: string): PyValue[] {
  return new JsonReader(text).readMany();
}

class JsonReader {
  private readonly text: string;
  private position = 0;

  constructor(text: string) {
    this.text = text;
  }

  read(): PyValue {
    const value = this.readValue(0);
    this.skipBlanks();
    if (this.position < this.text.length) throw this.unexpected();
    return value;
  }

  readMany(): PyValue[] {
    const values: PyValue[] = [];
    for (this.skipBlanks(); this.position < this.text.length; this.skipBlanks())
      values.push(this.readValue(0));
    return values;
  }

  private readValue(depth: number): PyValue {
    if (depth > 1000) throw new SyntaxError('nested deeper than 1000 levels');
    this.skipBlanks();
    const next = this.text.charAt(this.position);
    if (next === '{') return this.readObject(depth);
    if (next === '[') return this.readArray(depth);
    if (next === '"') return this.readString();
    return this.readScalar();
  }

  private readObject(depth: number): PyDict {
    const entries: [string, PyValue][] = [];
    this.position += 1;
    this.skipBlanks();
    if (this.take('}')) return {};
    for (;;) {
      this.skipBlanks();
      if (this.text.charAt(this.position) !== '"') throw this.unexpected();
      const key = this.readString();
      this.skipBlanks();
      if (!this.take(':')) throw this.unexpected();
      entries.push([key, this.readValue(depth + 1)]);
      this.skipBlanks();
      if (this.take('}')) return pyDict(entries);
      if (!this.take(',')) throw this.unexpected();
    }
  }

  private readArray(depth: number): PyValue[] {
    const items: PyValue[] = [];
    this.position += 1;
    this.skipBlanks();
    if (this.take(']')) return items;
    for (;;) {
      items.push(this.readValue(depth + 1));
      this.skipBlanks();
      if (this.take(']')) return items;
      if (!this.take(',')) throw this.unexpected();
    }
  }

  private readString(): string {
    let end = this.position + 1;
    for (; this.text.charAt(end) !== '"'; end += 1) {
      if (end >= this.text.length) throw new SyntaxError('unterminated string');
      if (this.text.charAt(end) === '\\') end += 1;
    }
    const literal = this.text.slice(this.position, end + 1);
    this.position = end + 1;
    return JSON.parse(literal) as string;
  }

  private readScalar(): PyValue {
    const word = /^(?:true|false|null|NaN|-?Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)/.exec(
      this.text.slice(this.position, this.position + 400),
    )?.[0];
    if (word === undefined) throw this.unexpected();
    this.position += word.length;
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null') return null;
    const value = Number(word);
    if (/[.eEN]|I/.test(word)) return pyFloat(value);
    return Number.isSafeInteger(value) ? value + 0 : BigInt(word);
  }

  private skipBlanks(): void {
    while (/[ \t\r\n]/.test(this.text.charAt(this.position))) this.position += 1;
  }

  private take(token: string): boolean {
    if (this.text.charAt(this.position) !== token) return false;
    this.position += 1;
    return true;
  }

  private unexpected(): SyntaxError {
    const found = this.text.charAt(this.position);
    return new SyntaxError(
      found === ''
        ? `unexpected end at column ${this.position + 1}`
        : `unexpected ${JSON.stringify(found)} at column ${this.position + 1}`,
    );
  }
}

/** Python's json.dumps with ensure_ascii=False; `indent` is a number of blanks, or null for one line. */
export function dumpJson(value: PyValue, indent: number | null = null): string {
  return dump(value, indent, '\n');
}

function dump(value: PyValue, indent: number | null, newline: string): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'string') return dumpText(value);
  if (value instanceof PyFloat) return dumpFloat(value.value);
  if (typeof value === 'number') return isFloat(value) ? dumpFloat(value) : value.toFixed(0);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof PyDatetime) return dumpText(datetimeStr(value));
  const inner = indent === null ? newline : newline + ' '.repeat(indent);
  if (isList(value)) {
    return wrap(
      '[]',
      value.map((item) => dump(item, indent, inner)),
      { indent, newline, inner },
    );
  }
  const entries = Object.entries(value);
  return wrap(
    '{}',
    entries.map(([key, item]) => `${dumpText(key)}: ${dump(item, indent, inner)}`),
    { indent, newline, inner },
  );
}

interface Layout {
  readonly indent: number | null;
  readonly newline: string;
  readonly inner: string;
}

function wrap(brackets: string, items: readonly string[], layout: Layout): string {
  if (items.length === 0) return brackets;
  const [open = '', close = ''] = brackets;
  if (layout.indent === null) return open + items.join(', ') + close;
  return open + layout.inner + items.join(`,${layout.inner}`) + layout.newline + close;
}

function dumpFloat(number: number): string {
  if (Number.isNaN(number)) return 'NaN';
  if (!Number.isFinite(number)) return number > 0 ? 'Infinity' : '-Infinity';
  return floatRepr(number);
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\b': '\\b',
};

function dumpText(text: string): string {
  // eslint-disable-next-line no-control-regex
  const body = text.replace(/["\\\x00-\x1f]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0');
    return SHORT_ESCAPES[character] ?? `\\u${code}`;
  });
  return `"${body}"`;
}
