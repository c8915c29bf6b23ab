import type { DecoderSignature } from '../decoder-signature.js';
import type { Graph, Node } from '../graph.js';

/** Where a layer's attention takes what is added to its scores before the softmax. */
export interface AttentionSite {
  readonly node: Node;
  /** Which input of the node it is. */
  readonly input: number;
  /** What stands there: a mask that depends on no activation, the bare scores, or nothing yet. */
  readonly holds: 'mask' | 'scores' | 'nothing';
}

// Fused attention, with its input for a bias [batch or 1, heads or 1, queries, keys].
const BIAS_INPUT: Readonly<Record<string, number>> = { GroupQueryAttention: 10, MultiHeadAttention: 5 };
// GroupQueryAttention that rotates by itself counts positions along the row, unless it is given them.
const GIVEN_POSITIONS = 9;
const TRANSPARENT = new Set(['Cast', 'Identity']);

/** The attention of every layer, or null where it is not of a known kind: one site a layer, as the cache tells their number. */
export function attentionSites(graph: Graph, signature: DecoderSignature): AttentionSite[] | null {
  const active = activations(graph, signature);
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const sites: AttentionSite[] = [];
  for (const node of graph.nodes) {
    const isSoftmax = node.opType === 'Softmax' && active.has(node.inputs[0] ?? '');
    const site = isSoftmax ? softmaxSite(node, { producers, active }) : fusedSite(node);
    if (site === null) return null;
    if (site !== undefined) sites.push(site);
  }
  const nLayers = signature.cache.length / 2;
  return sites.length > 0 && (nLayers === 0 || sites.length === nLayers) ? sites : null;
}

/** Names of values that depend on the ids themselves or on a cache, not on their sizes only. */
export function activations(graph: Graph, { inputIds, cache }: DecoderSignature): Set<string> {
  const active = new Set([inputIds.name, ...cache.map(({ past }) => past)]);
  for (const { opType, inputs, outputs } of graph.nodes) {
    if (opType === 'Shape' || opType === 'Size' || !inputs.some((name) => active.has(name))) continue;
    for (const name of outputs) active.add(name);
  }
  return active;
}

/** The sum of scores and mask before a softmax; where there is none, the softmax itself. */
function softmaxSite(
  softmax: Node,
  { producers, active }: { readonly producers: ReadonlyMap<string, Node>; readonly active: Set<string> },
): AttentionSite {
  let before = producers.get(softmax.inputs[0] ?? '');
  while (before !== undefined && TRANSPARENT.has(before.opType))
    before = producers.get(before.inputs[0] ?? '');
  if (before?.opType === 'Add') {
    const input = before.inputs.findIndex((name) => !active.has(name));
    if (input >= 0) return { node: before, input, holds: 'mask' };
  }
  return { node: softmax, input: 0, holds: 'scores' };
}

/** Undefined for a node that is no fused attention, null for one that cannot take a bias or positions. */
function fusedSite(node: Node): AttentionSite | null | undefined {
  const input = BIAS_INPUT[node.opType];
  if (input === undefined) return node.opType.endsWith('Attention') ? null : undefined;
  const flag = (name: string): number =>
    node.attributes.find((attribute) => attribute.name === name)?.int ?? 0;
  const rotates = flag('do_rotary') !== 0 && (node.inputs[GIVEN_POSITIONS] ?? '') === '';
  if (rotates || flag('local_window_size') > 0) return null;
  return { node, input, holds: (node.inputs[input] ?? '') === '' ? 'nothing' : 'mask' };
}
