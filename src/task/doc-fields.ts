import { SweepError } from '../errors.js';
import { literalEval } from '../python/literal.js';
import { pyRepr, pyStr } from '../python/repr.js';
import { isDigit } from '../python/text.js';
import { isDict, isList, isNumeric, toNumber, typeName, type PyDict, type PyValue } from '../python/value.js';
import type { FieldSource } from './field-reader.js';
import { FunctionRef } from './function-ref.js';
import { findHook } from './hooks/find-hook.js';
import type { TaskConfig } from './task-config.js';
import { renderLiteral, renderTemplate } from './template/template.js';

/**
 * What lm-eval's ConfigurableTask reads from a document: its text, target and choices. A source that equals a
 * column's name gives the column; any other text is a template.
 */
export class DocFields {
  private readonly config: TaskConfig;
  private readonly columns: ReadonlySet<string>;

  constructor(config: TaskConfig, columns: Iterable<string>) {
    this.config = config;
    this.columns = new Set(columns);
  }

  /** The question; a number where the task has several inputs and the number tells the right one. */
  text(doc: PyDict, source: FieldSource = this.config.docToText): string | number {
    if (isNumeric(source)) return toNumber(source);
    if (source instanceof FunctionRef) return findHook('doc_to_text', source, this.config.task)(doc);
    const value = this.columnOrText('doc_to_text', source, doc);
    if (typeof value === 'string' || typeof value === 'number') return value;
    if (typeof value === 'boolean') return Number(value);
    throw this.error('doc_to_text', `gives ${typeName(value)}, expected text`);
  }

  /** The answer: text, the index of a choice, or a list of either. */
  target(doc: PyDict, source: FieldSource = this.config.docToTarget): PyValue {
    if (isNumeric(source) || isList(source)) return source;
    if (source instanceof FunctionRef) return findHook('doc_to_target', source, this.config.task)(doc);
    const value = this.columnOrText('doc_to_target', source, doc);
    if (typeof value !== 'string' || this.isColumn(source)) return value;
    if (!(value.length >= 2 && value.startsWith('[') && value.endsWith(']'))) return value;
    try {
      return literalEval(value);
    } catch {
      return value;
    }
  }

  /** The choices, in order. */
  choices(doc: PyDict, source: FieldSource = this.config.docToChoice): readonly PyValue[] {
    const value = this.rawChoices(doc, source);
    if (isList(value)) return value;
    throw this.error(
      'doc_to_choice',
      `gives ${typeName(value)} ${pyRepr(value).slice(0, 60)}, expected a list`,
    );
  }

  private rawChoices(doc: PyDict, source: FieldSource): PyValue {
    if (source instanceof FunctionRef) return findHook('doc_to_choice', source, this.config.task)(doc);
    if (isDict(source)) return Object.values(source);
    if (typeof source !== 'string') return source;
    if (this.columns.has(source)) return doc[source] ?? null;
    return this.render('doc_to_choice', () => renderLiteral(source, doc));
  }

  /** The task's `gen_prefix` for a document, null where it has none. */
  genPrefix(doc: PyDict): string | null {
    const source = this.config.genPrefix;
    if (source === null) return null;
    const value = this.columns.has(source)
      ? doc[source]
      : this.render('gen_prefix', () => renderTemplate(source, doc));
    return value === undefined || value === null ? null : pyStr(value);
  }

  /** A field that may be a column of the document at hand or a template (description, few-shot gen_prefix). */
  resolve(field: string, source: string | null, doc: PyDict): string {
    if (source === null || source === '') return '';
    const value = Object.hasOwn(doc, source)
      ? doc[source]
      : this.render(field, () => renderTemplate(source, doc));
    return value === undefined || value === null ? '' : pyStr(value);
  }

  private isColumn(source: FieldSource): boolean {
    return typeof source === 'string' && this.columns.has(source);
  }

  // Digits are an index where there are choices, as lm-eval decides it.
  private columnOrText(field: string, source: FieldSource, doc: PyDict): PyValue {
    if (typeof source !== 'string')
      throw this.error(field, `is ${source === null ? 'missing' : 'neither text nor a hook'}`);
    if (this.columns.has(source)) return doc[source] ?? null;
    const text = this.render(field, () => renderTemplate(source, doc));
    if (this.config.docToChoice === null || !isDigit(text)) return text;
    return this.render(field, () => literalEval(text));
  }

  private render<T>(field: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof SweepError || error instanceof SyntaxError)) throw error;
      throw this.error(field, `cannot be rendered: ${error.message}`, error);
    }
  }

  private error(field: string, problem: string, cause?: unknown): SweepError {
    const columns = [...this.columns].join(', ');
    return new SweepError(
      'BAD_TASK',
      `\`${field}\` of the task ${this.config.task} ${problem}; the columns of its data are ${columns}.`,
      cause === undefined ? undefined : { cause },
    );
  }
}
