import { cutTemplate, type Segment } from './lexer.js';
import type { Expression, FilterCall, SetTarget, Statement } from './nodes.js';
import { parseExpression, parseFilterCall, parseOr } from './parse-expression.js';
import { templateError } from './template-error.js';
import { TokenStream } from './token-stream.js';

const STATEMENTS = ['if', 'for', 'set', 'with', 'filter', 'macro', 'raw'];

/** Reads a whole template. Throws SweepError TEMPLATE with the line. */
export function parseTemplate(source: string): readonly Statement[] {
  const parser = new TemplateParser(cutTemplate(source));
  return parser.parseAll();
}

class TemplateParser {
  private readonly segments: readonly Segment[];
  private index = 0;

  constructor(segments: readonly Segment[]) {
    this.segments = segments;
  }

  parseAll(): readonly Statement[] {
    const body = this.parseBody([]);
    if (this.index < this.segments.length) {
      throw templateError(`{% ${this.peekWord() ?? ''} %} closes nothing`);
    }
    return body;
  }

  /** Statements up to (not including) a tag that starts with one of `closers`, or the end. */
  private parseBody(closers: readonly string[]): readonly Statement[] {
    const body: Statement[] = [];
    for (;;) {
      const segment = this.segments[this.index];
      if (segment === undefined) break;
      const word = this.peekWord();
      if (word !== null && (closers.includes(word) || /^(?:end|el)/.test(word))) break;
      this.index += 1;
      if (segment.kind === 'text') body.push(segment);
      else if (segment.kind === 'output') body.push(parseOutput(segment));
      else body.push(this.parseStatement(new TokenStream(segment.tokens, segment.line)));
    }
    return body;
  }

  private peekWord(): string | null {
    const segment = this.segments[this.index];
    return segment?.kind === 'statement' ? (segment.tokens[0]?.text ?? '') : null;
  }

  /** Takes the closing tag, which must start with one of `words`, and gives its tokens behind that word. */
  private close(words: readonly string[]): { word: string; stream: TokenStream } {
    const segment = this.segments[this.index];
    const word = this.peekWord();
    if (segment?.kind !== 'statement' || word === null || !words.includes(word)) {
      throw templateError(
        `expected {% ${words.join(' %} or {% ')} %}, got ${word === null ? 'the end' : `{% ${word} %}`}`,
      );
    }
    this.index += 1;
    const stream = new TokenStream(segment.tokens, segment.line);
    stream.next();
    return { word, stream };
  }

  private parseStatement(stream: TokenStream): Statement {
    const word = stream.expectName();
    switch (word) {
      case 'if':
        return this.parseIf(stream);
      case 'for':
        return this.parseFor(stream);
      case 'set':
        return this.parseSet(stream);
      case 'with':
        return this.parseWith(stream);
      case 'filter':
        return {
          kind: 'filter-block',
          filters: parseFilterChain(stream),
          body: this.closeBlock('endfilter'),
        };
      case 'macro':
        return this.parseMacro(stream);
      default:
        throw templateError(
          `the statement {% ${word} %} is not supported; known are ${STATEMENTS.join(', ')}`,
        );
    }
  }

  private closeBlock(closer: string): readonly Statement[] {
    const body = this.parseBody([closer]);
    this.close([closer]);
    return body;
  }

  private parseIf(first: TokenStream): Statement {
    const branches: { test: Expression; body: readonly Statement[] }[] = [];
    let stream = first;
    for (;;) {
      const test = parseExpression(stream);
      stream.expectEnd();
      branches.push({ test, body: this.parseBody([]) });
      const closer = this.close(['elif', 'else', 'endif']);
      if (closer.word === 'endif') return { kind: 'if', branches, otherwise: [] };
      if (closer.word === 'else') return { kind: 'if', branches, otherwise: this.closeBlock('endif') };
      stream = closer.stream;
    }
  }

  private parseFor(stream: TokenStream): Statement {
    const { names, unpacks } = parseTargets(stream, () => stream.expectName());
    stream.expect('in');
    const iterable = parseOr(stream);
    const condition = stream.take('if') ? parseExpression(stream) : null;
    stream.expectEnd();
    const body = this.parseBody([]);
    const closer = this.close(['else', 'endfor']);
    const otherwise = closer.word === 'else' ? this.closeBlock('endfor') : [];
    return { kind: 'for', targets: names, unpacks, iterable, condition, body, otherwise };
  }

  private parseSet(stream: TokenStream): Statement {
    const { names: targets, unpacks } = parseTargets(stream, () => parseSetTarget(stream));
    if (stream.take('=')) {
      const value = parseExpressionList(stream);
      stream.expectEnd();
      return { kind: 'set', targets, unpacks, value };
    }
    const [target] = targets;
    if (target === undefined || unpacks) throw stream.error('expected one name');
    const filters = stream.take('|') ? parseFilterChain(stream) : [];
    return { kind: 'set-block', target, filters, body: this.closeBlock('endset') };
  }

  private parseWith(stream: TokenStream): Statement {
    const bindings: [string, Expression][] = [];
    while (stream.peek().kind !== 'end') {
      if (bindings.length > 0) stream.expect(',');
      const name = stream.expectName();
      stream.expect('=');
      bindings.push([name, parseExpression(stream)]);
    }
    return { kind: 'with', bindings, body: this.closeBlock('endwith') };
  }

  private parseMacro(stream: TokenStream): Statement {
    const name = stream.expectName();
    const parameters: { name: string; fallback: Expression | null }[] = [];
    stream.expect('(');
    while (!stream.take(')')) {
      if (parameters.length > 0) stream.expect(',');
      const parameter = stream.expectName();
      parameters.push({ name: parameter, fallback: stream.take('=') ? parseExpression(stream) : null });
    }
    return { kind: 'macro', name, parameters, body: this.closeBlock('endmacro') };
  }
}

function parseOutput(segment: Extract<Segment, { kind: 'output' | 'statement' }>): Statement {
  const stream = new TokenStream(segment.tokens, segment.line);
  const expression = parseExpressionList(stream);
  stream.expectEnd();
  return { kind: 'output', expression };
}

/** `a, b` without parentheses is a tuple. */
function parseExpressionList(stream: TokenStream): Expression {
  const first = parseExpression(stream);
  if (!stream.is(',')) return first;
  const items = [first];
  while (stream.take(',') && stream.peek().kind !== 'end') items.push(parseExpression(stream));
  return { kind: 'tuple', items };
}

function parseTargets<T>(stream: TokenStream, read: () => T): { names: T[]; unpacks: boolean } {
  const parenthesised = stream.take('(');
  const names = [read()];
  let unpacks = false;
  while (stream.take(',')) {
    unpacks = true;
    if (stream.is('in') || stream.is('=') || stream.is(')')) break;
    names.push(read());
  }
  if (parenthesised) stream.expect(')');
  return { names, unpacks };
}

function parseSetTarget(stream: TokenStream): SetTarget {
  const name = stream.expectName();
  return { name, attribute: stream.take('.') ? stream.expectName() : null };
}

function parseFilterChain(stream: TokenStream): FilterCall[] {
  const filters = [parseFilterCall(stream)];
  while (stream.take('|')) filters.push(parseFilterCall(stream));
  stream.expectEnd();
  return filters;
}
