import type { Spec } from 'vega';

/** Charts with what many of them share kept once; the page's script puts them together again. */
export interface PackedSpecs {
  readonly bases: readonly object[];
  readonly own: Readonly<Record<string, PackedSpec>>;
}

/** A chart as its base (an index into `bases`) and what is different: whole values, or the entries of a list. */
export interface PackedSpec {
  readonly base: number;
  readonly values: Readonly<Record<string, unknown>>;
  /** Entries that equal the base's are 0. */
  readonly lists: Readonly<Record<string, readonly unknown[]>>;
}

type Fields = Readonly<Record<string, unknown>>;

/** Packs compiled charts: charts with equal marks share a base, the first of them. */
export function packSpecs(specs: ReadonlyMap<string, Spec>): PackedSpecs {
  const bases: Fields[] = [];
  const indexes = new Map<string, number>();
  const own: Record<string, PackedSpec> = {};
  for (const [name, spec] of specs) {
    const fields = spec as unknown as Fields;
    const kind = JSON.stringify(fields['marks']);
    const known = indexes.get(kind);
    const base = known ?? bases.push(fields) - 1;
    indexes.set(kind, base);
    own[name] = { base, ...differencesOf(fields, bases[base] ?? {}) };
  }
  return { bases, own };
}

function differencesOf(fields: Fields, base: Fields): Pick<PackedSpec, 'values' | 'lists'> {
  const values: Record<string, unknown> = {};
  const lists: Record<string, unknown[]> = {};
  for (const key of new Set([...Object.keys(fields), ...Object.keys(base)])) {
    const [value, shared] = [fields[key] ?? null, base[key] ?? null];
    if (isSame(value, shared)) continue;
    if (Array.isArray(value) && Array.isArray(shared) && value.length === shared.length) {
      lists[key] = value.map((entry, i) => (isSame(entry, shared[i]) ? 0 : entry));
    } else values[key] = value;
  }
  return { values, lists };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
