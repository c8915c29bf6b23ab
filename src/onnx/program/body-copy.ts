import type { DecoderSignature } from '../decoder-signature.js';
import type { Node } from '../graph.js';
import type { RowTail } from './row-tail.js';
import type { SourceParts } from './source-parts.js';

/** A decoder ready to be rewritten. */
export interface DecoderGraph {
  readonly parts: SourceParts;
  readonly signature: DecoderSignature;
  /** Where rows are picked, and what is done to them alone. */
  readonly tail: RowTail;
  /** The program is for the CPU: what onnxruntime does slowly there is written otherwise. */
  readonly forCpu: boolean;
}

/** Copies nodes under names of their own: inputs are bound as told, constants keep their names, the rest gets `prefix`. */
export function copyUnder(
  nodes: readonly Node[],
  {
    parts,
    prefix,
    bound,
    constants,
  }: {
    readonly parts: SourceParts;
    readonly prefix: string;
    readonly bound: ReadonlyMap<string, string>;
    readonly constants: ReadonlySet<string>;
  },
): Uint8Array[] {
  const rename = (name: string): string =>
    bound.get(name) ?? (constants.has(name) ? name : `${prefix}${name}`);
  return nodes.map((node) => parts.renamed(node, rename));
}
