import { templateError } from './template-error.js';

export type Token =
  | { readonly kind: 'name' | 'integer' | 'float' | 'operator'; readonly text: string; readonly line: number }
  | { readonly kind: 'string'; readonly text: string; readonly line: number }
  | { readonly kind: 'end'; readonly text: ''; readonly line: number };

/** A piece of a template: plain text, the inside of `{{ }}`, or the inside of `{% %}`. */
export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output' | 'statement'; readonly tokens: readonly Token[]; readonly line: number };

const OPENING = /\{\{|\{%|\{#/g;
const RAW_OPENING = /^\{%[-+]?\s*raw\s*(-?)%\}/;
const RAW_CLOSING = /\{%([-+]?)\s*endraw\s*([-+]?)%\}/;
const OPERATOR = /^(?:\*\*|\/\/|==|!=|<=|>=|[-+*/%~<>=.,:|()[\]{};])/;
const NAME = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}_]*/u;
const FLOAT = /^\d+(?:_\d+)*(?:\.\d+(?:_\d+)*(?:[eE][+-]?\d+(?:_\d+)*)?|[eE][+-]?\d+(?:_\d+)*)/;
const INTEGER = /^(?:0[bB][01_]+|0[oO][0-7_]+|0[xX][\da-fA-F_]+|\d+(?:_\d+)*)/;
const STRING = /^(?:'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*")/;

/** Cuts a template into segments, as jinja2 does without trim_blocks and lstrip_blocks. */
export function cutTemplate(source: string): Segment[] {
  return new Cutter(source.replace(/\r\n|\r/g, '\n')).cut();
}

class Cutter {
  private readonly source: string;
  private readonly segments: Segment[] = [];
  private position = 0;
  private stripNext = false;

  constructor(source: string) {
    this.source = source;
  }

  cut(): Segment[] {
    for (;;) {
      OPENING.lastIndex = this.position;
      const opening = OPENING.exec(this.source);
      if (opening === null) break;
      const stripBefore = this.source.charAt(opening.index + 2) === '-';
      this.pushText(this.source.slice(this.position, opening.index), stripBefore);
      this.position = opening.index;
      if (opening[0] === '{#') this.skipComment();
      else if (!this.takeRaw()) this.takeTag(opening[0] === '{{' ? 'output' : 'statement');
    }
    this.pushText(this.source.slice(this.position), false);
    return this.segments;
  }

  private pushText(raw: string, stripEnd: boolean): void {
    let text = this.stripNext ? raw.trimStart() : raw;
    if (stripEnd) text = text.trimEnd();
    this.stripNext = false;
    if (text !== '') this.segments.push({ kind: 'text', text });
  }

  private skipComment(): void {
    const end = this.source.indexOf('#}', this.position + 2);
    if (end === -1) throw this.error('a comment {# is never closed');
    this.stripNext = this.source.charAt(end - 1) === '-' && end - 1 > this.position + 1;
    this.position = end + 2;
  }

  private takeRaw(): boolean {
    const opening = RAW_OPENING.exec(this.source.slice(this.position));
    if (opening === null) return false;
    const start = this.position + opening[0].length;
    const closing = RAW_CLOSING.exec(this.source.slice(start));
    if (closing === null) throw this.error('{% raw %} is never closed');
    this.stripNext = opening[1] === '-';
    this.pushText(this.source.slice(start, start + closing.index), closing[1] === '-');
    this.stripNext = closing[2] === '-';
    this.position = start + closing.index + closing[0].length;
    return true;
  }

  private takeTag(kind: 'output' | 'statement'): void {
    const line = this.lineAt(this.position);
    const close = kind === 'output' ? '}}' : '%}';
    this.position += 2;
    if (/[-+]/.test(this.source.charAt(this.position))) this.position += 1;
    const tokens: Token[] = [];
    let depth = 0;
    for (;;) {
      this.skipBlanks();
      if (depth === 0 && this.closes(close)) break;
      const token = this.readToken();
      if (/^[([{]$/.test(token.text) && token.kind === 'operator') depth += 1;
      if (/^[)\]}]$/.test(token.text) && token.kind === 'operator') depth -= 1;
      tokens.push(token);
    }
    this.segments.push({ kind, tokens, line });
  }

  private closes(close: string): boolean {
    const rest = this.source.slice(this.position, this.position + 3);
    if (rest.startsWith(close)) {
      this.position += 2;
      return true;
    }
    if (!/^[-+]/.test(rest) || !rest.slice(1).startsWith(close)) return false;
    this.stripNext = rest.startsWith('-');
    this.position += 3;
    return true;
  }

  private skipBlanks(): void {
    while (/\s/.test(this.source.charAt(this.position))) this.position += 1;
  }

  private readToken(): Token {
    const rest = this.source.slice(this.position);
    const line = this.lineAt(this.position);
    if (rest === '') throw this.error('a tag is never closed');
    const kinds = [
      ['float', FLOAT],
      ['integer', INTEGER],
      ['name', NAME],
      ['string', STRING],
      ['operator', OPERATOR],
    ] as const;
    for (const [kind, pattern] of kinds) {
      const text = pattern.exec(rest)?.[0];
      if (text === undefined) continue;
      this.position += text.length;
      return { kind, text, line };
    }
    throw this.error(`unexpected ${JSON.stringify(rest.charAt(0))}`);
  }

  private lineAt(position: number): number {
    return this.source.slice(0, position).split('\n').length;
  }

  private error(message: string): Error {
    return templateError(`${message} (line ${this.lineAt(this.position)} of the template)`);
  }
}
