import type { Token } from './lexer.js';
import { templateError } from './template-error.js';

/** Tokens of one tag, read from the left. */
export class TokenStream {
  private readonly tokens: readonly Token[];
  private readonly line: number;
  private index = 0;

  constructor(tokens: readonly Token[], line: number) {
    this.tokens = tokens;
    this.line = line;
  }

  peek(ahead = 0): Token {
    return this.tokens[this.index + ahead] ?? { kind: 'end', text: '', line: this.line };
  }

  next(): Token {
    const token = this.peek();
    this.index += 1;
    return token;
  }

  /** True when the next token is that operator or name. */
  is(text: string): boolean {
    const token = this.peek();
    return token.text === text && (token.kind === 'operator' || token.kind === 'name');
  }

  /** Takes the next token if it is that operator or name. */
  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.index += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.error(`expected ${JSON.stringify(text)}`);
  }

  expectName(): string {
    const token = this.next();
    if (token.kind !== 'name') throw this.error('expected a name', token);
    return token.text;
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.error('expected the end of the tag');
  }

  error(message: string, token: Token = this.peek()): Error {
    const found = token.kind === 'end' ? 'the end of the tag' : JSON.stringify(token.text);
    return templateError(`${message}, got ${found} (line ${token.line} of the template)`);
  }
}
