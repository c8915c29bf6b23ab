import { literalEval } from '../../python/literal.js';
import type { PyDict, PyValue } from '../../python/value.js';
import { execute, isLiteralList, soleValue } from './execute.js';
import type { Statement } from './nodes.js';
import { parseTemplate } from './parse-template.js';
import { Scope } from './scope.js';
import { templateError } from './template-error.js';

const cache = new Map<string, readonly Statement[]>();

function compiled(source: string): readonly Statement[] {
  let body = cache.get(source);
  if (body === undefined) {
    body = withinStack(() => parseTemplate(source));
    cache.set(source, body);
  }
  return body;
}

/** Reads a template without rendering it, to find its faults early. Throws SweepError TEMPLATE. */
export function checkTemplate(source: string): void {
  compiled(source);
}

/**
 * Renders a Jinja2 template as lm-eval does: StrictUndefined, trailing newline kept, Python's text of values.
 * The variables are the columns of a document. Throws SweepError TEMPLATE.
 */
export function renderTemplate(source: string, document: PyDict): string {
  return withinStack(() => execute(compiled(source), new Scope(document)));
}

// Templates nested within themselves by the thousand end in a sentence.
function withinStack<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof RangeError) throw templateError('it is nested too deeply');
    throw error;
  }
}

/**
 * The Python literal that a template prints (ast.literal_eval of the rendered text).
 * Throws SyntaxError where the text is not one.
 */
export function renderLiteral(source: string, document: PyDict): PyValue {
  const body = compiled(source);
  const value = withinStack(() => soleValue(body, () => new Scope(document)));
  return isLiteralList(value) ? value : literalEval(renderTemplate(source, document));
}
