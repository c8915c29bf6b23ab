import { SweepError } from '../errors.js';
import { isDict, isNumeric, toNumber, type PyDict, type PyValue } from '../python/value.js';
import { FunctionRef } from './function-ref.js';
import { didYouMean } from './near-name.js';

/** How a document gives a text, a target or choices: a column or template, a fixed value, or a hook. */
export type FieldSource = string | number | boolean | readonly PyValue[] | PyDict | FunctionRef | null;

/** Reads fields with checks and collects what is wrong with them. */
export class FieldReader {
  private readonly fields: Readonly<Record<string, unknown>>;
  private readonly file: string;
  private readonly prefix: string;
  private readonly faults: string[];

  constructor(
    fields: Readonly<Record<string, unknown>>,
    file: string,
    prefix: string,
    faults: string[] = [],
  ) {
    this.fields = fields;
    this.file = file;
    this.prefix = prefix;
    this.faults = faults;
  }

  inside(fields: Readonly<Record<string, unknown>>, prefix: string): FieldReader {
    return new FieldReader(fields, this.file, prefix, this.faults);
  }

  fault(message: string): void {
    if (!this.faults.includes(message)) this.faults.push(message);
  }

  finish(): void {
    if (this.faults.length > 0)
      throw new SweepError('BAD_TASK', `Task file ${this.file}: ${this.faults.join('; ')}.`);
  }

  checkNames(known: readonly string[], refused: Readonly<Record<string, string>>): void {
    for (const name of Object.keys(this.fields)) {
      const reason = Object.hasOwn(refused, name) ? refused[name] : undefined;
      if (reason !== undefined && this.raw(name) !== null) this.fault(`\`${this.prefix}${name}\`: ${reason}`);
      else if (reason === undefined && !known.includes(name)) {
        this.fault(`unknown field \`${this.prefix}${name}\`${didYouMean(name, known)}`);
      }
    }
  }

  raw(name: string): unknown {
    return this.fields[name] ?? null;
  }

  text(name: string): string | null {
    const value = this.raw(name);
    if (value === null || typeof value === 'string') return value;
    if (value === false) return '';
    if (isNumeric(value)) return String(toNumber(value));
    this.fault(
      `expected \`${this.prefix}${name}\` to be text${value instanceof FunctionRef ? ', got !function' : ''}`,
    );
    return null;
  }

  texts(name: string): string[] {
    const value = this.raw(name);
    if (value === null) return [];
    return (Array.isArray(value) ? value : [value]).map(String);
  }

  count(name: string): number | null {
    const value = this.raw(name);
    if (value === null) return null;
    const number = toNumber(value);
    if (!Number.isInteger(number) || number < 0)
      this.fault(
        `expected \`${this.prefix}${name}\` to be a whole number from 0, got ${JSON.stringify(value)}`,
      );
    return number;
  }

  hook(name: string): FunctionRef | null {
    const value = this.raw(name);
    if (value === null || value instanceof FunctionRef) return value;
    this.fault(`expected \`${this.prefix}${name}\` to be a !function`);
    return null;
  }

  dict(name: string): PyDict | null {
    const value = this.raw(name);
    if (value === null || isDict(value)) return value;
    this.fault(`expected \`${this.prefix}${name}\` to be fields`);
    return null;
  }

  list(name: string): readonly Record<string, unknown>[] | null {
    const value = this.raw(name);
    if (value === null) return null;
    if (Array.isArray(value) && value.every((item) => isDict(item))) return value;
    this.fault(`expected \`${this.prefix}${name}\` to be a list of fields`);
    return null;
  }

  source(name: string): FieldSource {
    const value = this.raw(name);
    if (value === null || typeof value === 'string' || value instanceof FunctionRef) return value;
    if (typeof value === 'boolean') return value;
    if (isNumeric(value)) return toNumber(value);
    return value as FieldSource;
  }
}
