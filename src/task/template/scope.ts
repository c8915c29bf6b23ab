import type { PyDict } from '../../python/value.js';
import { GLOBALS } from './globals.js';
import { Undefined, type Value } from './runtime.js';
import { templateError } from './template-error.js';

const MAX_ROUNDS = 500_000;

/** Names in reach: set in this block, in the blocks around it, in the document, or global. */
export class Scope {
  private readonly own = new Map<string, Value>();
  private readonly parent: Scope | null;
  private readonly document: PyDict;
  /** Shared by all scopes of one rendering. */
  private readonly spent: { rounds: number };

  constructor(document: PyDict, parent: Scope | null = null) {
    this.document = document;
    this.parent = parent;
    this.spent = parent?.spent ?? { rounds: 0 };
  }

  get(name: string): Value {
    const local = this.own.get(name);
    if (local !== undefined) return local;
    if (this.parent !== null) return this.parent.get(name);
    const value = Object.hasOwn(this.document, name) ? this.document[name] : undefined;
    return value ?? (value === null ? null : (GLOBALS.get(name) ?? new Undefined(`'${name}' is undefined`)));
  }

  set(name: string, value: Value): void {
    this.own.set(name, value);
  }

  /** Takes account of so many rounds of a loop; throws where a template goes on and on. */
  spend(rounds: number): void {
    this.spent.rounds += rounds;
    if (this.spent.rounds > MAX_ROUNDS) throw templateError(`its loops make more than ${MAX_ROUNDS} rounds`);
  }

  /** A scope inside this one: what is set there does not leak out. */
  inner(): Scope {
    return new Scope(this.document, this);
  }
}
