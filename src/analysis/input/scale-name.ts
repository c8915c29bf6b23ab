const UNITS: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, b: 1e9, t: 1e12 };
// A digit behind the unit is a decimal: BLOOM writes 1b1 and 7b1 for 1.1 and 7.1 billion.
const SIZE = /(?<![a-z0-9.])(\d+(?:\.\d+)?)\s?([kmbt])(\d?)(?![a-z0-9])/gi;

/** The number of parameters that a model's name states (`pythia-1.4b` says 1.4e9), or null. The last size in it counts. */
export function sizeInName(name: string): number | null {
  const found = [...name.matchAll(SIZE)].at(-1);
  if (found === undefined) return null;
  const decimal = found[3] === undefined || found[3] === '' ? '' : `.${found[3]}`;
  return Number(`${found[1]}${decimal}`) * (UNITS[(found[2] ?? '').toLowerCase()] ?? 1);
}

/** The size as the name writes it (`1.4b`), or the name itself where it states none. */
export function scaleInName(name: string): string {
  return [...name.matchAll(SIZE)].at(-1)?.[0] ?? name;
}

/** The name without its size and what stands before a slash: `EleutherAI/pythia-1.4b-deduped` is of `pythia-deduped`. */
export function familyInName(name: string): string {
  const base = name.split('/').at(-1) ?? name;
  const size = [...base.matchAll(SIZE)].at(-1);
  if (size === undefined) return base;
  const rest = base.slice(0, size.index) + base.slice(size.index + size[0].length);
  return rest.replace(/[-_ ]{2,}/g, '-').replace(/^[-_ ]+|[-_ ]+$/g, '') || base;
}
