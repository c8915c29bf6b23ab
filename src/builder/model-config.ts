import { SweepError } from '../errors.js';

/** A config.json as read, and its path for messages. */
export class ModelConfig {
  readonly values: Readonly<Record<string, unknown>>;
  readonly path: string;

  constructor(values: Readonly<Record<string, unknown>>, path: string) {
    this.values = values;
    this.path = path;
  }

  /** A positive whole number; the fallback serves where the key is absent or null. */
  integer(key: string, fallback?: number): number {
    const value = this.values[key] ?? fallback;
    if (Number.isInteger(value) && Number(value) > 0) return Number(value);
    throw this.problem(key, 'a positive whole number');
  }

  number(key: string, fallback?: number): number {
    const value = this.values[key] ?? fallback;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.problem(key, 'a number');
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.values[key] ?? fallback;
    if (typeof value === 'boolean') return value;
    throw this.problem(key, 'true or false');
  }

  text(key: string, fallback: string): string {
    const value = this.values[key] ?? fallback;
    if (typeof value === 'string') return value;
    throw this.problem(key, 'a text');
  }

  /** Throws UNSUPPORTED_MODEL where a setting asks for what the graphs cannot do. */
  refuseUnless(isFine: boolean, key: string, wanted: string): void {
    if (isFine) return;
    throw new SweepError(
      'UNSUPPORTED_MODEL',
      `Expected ${wanted} in ${this.path}, got ${key} = ${JSON.stringify(this.values[key])}; this variant has no graph here.`,
    );
  }

  problem(key: string, wanted: string): SweepError {
    return new SweepError(
      'BAD_CONFIG',
      `Expected \`${key}\` to be ${wanted} in ${this.path}, got ${JSON.stringify(this.values[key])}.`,
    );
  }
}
