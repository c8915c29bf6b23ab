import type { DecoderSignature } from '../decoder-signature.js';
import type { Graph, Node } from '../graph.js';
import type { Head } from '../find-head.js';
import { outerNames } from './live-nodes.js';
import type { SourceParts } from './source-parts.js';

/** A decoder ready to be rewritten. */
export interface DecoderGraph {
  readonly parts: SourceParts;
  readonly signature: DecoderSignature;
  readonly head: Head;
  /** The program is for the CPU: what onnxruntime does slowly there is written otherwise. */
  readonly forCpu: boolean;
}

/** Names of values that are weights or made of nothing but weights: the same in every copy of the model. */
export function constantNames(graph: Graph): Set<string> {
  const names = new Set(graph.initializers.map(({ name }) => name));
  const inputs = new Set(graph.inputs.map(({ name }) => name).filter((name) => !names.has(name)));
  for (const node of graph.nodes) {
    const needs = [...node.inputs, ...outerNames(node)].filter((name) => name !== '');
    const isConstant =
      node.attributes.every((entry) => entry.graph === null) &&
      needs.every((name) => names.has(name) && !inputs.has(name));
    if (isConstant) for (const output of node.outputs) names.add(output);
  }
  return names;
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
