import { bytesField, joinBytes, stringField } from '../encode-wire.js';
import { hasHalfWeights, type Node } from '../graph.js';
import { attentionSites, type AttentionSite } from './attention-sites.js';
import type { DecoderGraph } from './body-copy.js';
import { liveNodes } from './live-nodes.js';
import { scoreHead, statesOf } from './score-head.js';
import { newNode } from './source-parts.js';
import { switches } from './stand-ins.js';
import {
  commonConstants,
  flattenRows,
  float,
  gather,
  graphInput,
  graphOutput,
  hiding,
  integers,
  OWN,
} from './vocabulary.js';

/** Names at the boundary of the tree program, beside SCORE_PORTS and the model's own ids, mask and positions. */
export const TREE_PORTS = {
  /** int64 [rows, prefix + columns]: the column where the branch of each token ends; later ones do not see it. */
  ends: `${OWN}ends`,
  /** int64 [columns, 1]: 0, 1, 2 ... */
  columns: `${OWN}columns`,
  /** int64 [rows, columns]: the position of each token, for a model that takes none by itself. */
  positions: `${OWN}positions`,
  /** int64 [rows] of zeros: the prefix that each row follows. */
  owners: `${OWN}owners`,
} as const;

/** The name under which the cache of the prefix goes in, [1, ...]. */
export const prefixPort = (past: string): string => `${OWN}prefix/${past}`;

/**
 * A model that scores rows which branch: a context once, every continuation after it as a branch that sees the context and
 * itself. Positions are given, and a bias hides the other branches, so each token is computed as if its branch stood alone.
 * All rows may follow one prefix, whose cache goes in once. The model must have positions and attention of a known kind. Of a
 * merged decoder it is made of the pass behind a cache. That may have been exported for a token at a time, without a rule that a
 * token sees none after it; so the bias is one.
 */
export function treeProgram(decoder: DecoderGraph): Uint8Array {
  const { parts, signature, tail } = decoder;
  const { graph } = parts.model;
  const { inputIds, attentionMask, positionIds, cache } = signature;
  const kept = [inputIds, attentionMask, positionIds].flatMap((port) => (port === null ? [] : [port.name]));
  const tailNodes = new Set(tail.nodes);
  const wanted = [
    ...tail.inputs,
    ...cache.map(({ present }) => present),
    ...tail.nodes.flatMap(({ inputs }) => inputs),
  ];
  const nodes = liveNodes(graph, wanted).filter((node) => !tailNodes.has(node));
  return joinBytes([
    parts.frame(),
    bytesField(
      7,
      joinBytes([
        stringField(2, 'score branching rows'),
        ...graph.inputs.filter(({ name }) => kept.includes(name)).map((input) => parts.value(11, input)),
        graphInput(TREE_PORTS.ends, 'int64', ['rows', 'total']),
        graphInput(TREE_PORTS.columns, 'int64', ['columns', 1]),
        graphInput(TREE_PORTS.owners, 'int64', ['rows']),
        ...(positionIds === null ? [graphInput(TREE_PORTS.positions, 'int64', ['rows', 'columns'])] : []),
        ...commonConstants(),
        ...parts.initializers(),
        ...switches(signature),
        ...prefixCaches(decoder),
        ...branchBias({ isHalf: hasHalfWeights(graph), isCausal: signature.useCacheBranch !== null }),
        ...withBranches(nodes, decoder),
        ...flattenRows(tail.inputs, { ids: inputIds.name, nameOf: statesOf }),
        ...scoreHead(decoder),
        ...cache.map(({ present, elementType, dims }) =>
          graphOutput(
            present,
            elementType,
            dims.map((dim) => dim ?? ''),
          ),
        ),
      ]),
    ),
  ]);
}

function prefixCaches({ signature }: DecoderGraph): Uint8Array[] {
  return signature.cache.flatMap(({ past, elementType, dims }) => [
    graphInput(
      prefixPort(past),
      elementType,
      dims.map((dim) => dim ?? ''),
    ),
    gather(prefixPort(past), TREE_PORTS.owners, { output: past }),
  ]);
}

const BIAS = `${OWN}bias`;
/** The same in float16, for an operator that has no mask of its own. */
const HALF_BIAS = `${OWN}half_bias`;

/** `BIAS` [rows, 1, columns, prefix + columns]: zero where a column sees a token, far below zero where it does not. */
function branchBias({ isHalf, isCausal }: { isHalf: boolean; isCausal: boolean }): Uint8Array[] {
  return [
    float(`${OWN}seen`, 0),
    hiding(`${OWN}unseen`, { isHalf }),
    integers(`${OWN}ends_shape`, [0, 1, 1, -1]),
    newNode({
      op: 'Reshape',
      inputs: [TREE_PORTS.ends, `${OWN}ends_shape`],
      outputs: [`${OWN}ends_apart`],
    }),
    newNode({
      op: 'Less',
      inputs: [TREE_PORTS.columns, `${OWN}ends_apart`],
      outputs: [isCausal ? `${OWN}is_open` : `${OWN}is_seen`],
    }),
    ...(isCausal ? withoutLater({ open: `${OWN}is_open`, output: `${OWN}is_seen` }) : []),
    newNode({ op: 'Where', inputs: [`${OWN}is_seen`, `${OWN}seen`, `${OWN}unseen`], outputs: [BIAS] }),
    ...(isHalf
      ? [newNode({ op: 'Cast', inputs: [BIAS], outputs: [HALF_BIAS], attributes: { to: { int: 10 } } })]
      : []),
  ];
}

/** What is `open` to a column, without what stands after it; a prefix stands before all columns. */
function withoutLater({ open, output }: { open: string; output: string }): Uint8Array[] {
  const own = (name: string): string => `${OWN}causal/${name}`;
  const node = (op: string, inputs: string[], to: string): Uint8Array =>
    newNode({ op, inputs, outputs: [to] });
  return [
    integers(own('first'), [0], []),
    integers(own('second'), [1], []),
    node('Shape', [TREE_PORTS.columns], own('columns')),
    gather(own('columns'), own('first'), { output: own('behind') }),
    node('Shape', [TREE_PORTS.ends], own('ends')),
    gather(own('ends'), own('second'), { output: own('total') }),
    node('Sub', [own('behind'), own('total')], own('from')),
    node('Range', [own('from'), own('behind'), own('second')], own('places')),
    node('Less', [TREE_PORTS.columns, own('places')], own('comes_later')),
    node('Not', [own('comes_later')], own('is_there')),
    node('And', [open, own('is_there')], output),
  ];
}

/** The nodes, with the bias added to what each attention adds to its scores: once for a mask that all layers share. */
function withBranches(nodes: readonly Node[], { parts, signature }: DecoderGraph): Uint8Array[] {
  const isHalf = hasHalfWeights(parts.model.graph);
  const sites = new Map(
    (attentionSites(parts.model.graph, signature) ?? []).map((site) => [site.node, site]),
  );
  const made = new Set<string>();
  return nodes.flatMap((node) => {
    const site = sites.get(node);
    if (site === undefined) return [parts.node(node)];
    const before = node.inputs[site.input] ?? '';
    const isBare = site.holds === 'nothing';
    const after = isBare ? (isHalf ? HALF_BIAS : BIAS) : `${OWN}biased/${before}`;
    const sum = made.has(after) || isBare ? [] : addBias(before, { output: after, isHalf });
    made.add(after);
    return [...sum, parts.rewired(node, inputsOf(site, after))];
  });
}

function inputsOf({ node, input }: AttentionSite, name: string): string[] {
  const length = Math.max(node.inputs.length, input + 1);
  return Array.from({ length }, (_, index) => (index === input ? name : (node.inputs[index] ?? '')));
}

function addBias(before: string, { output, isHalf }: { output: string; isHalf: boolean }): Uint8Array[] {
  const alike = `${output}/bias`;
  return [
    ...(isHalf ? [newNode({ op: 'CastLike', inputs: [BIAS, before], outputs: [alike] })] : []),
    newNode({ op: 'Add', inputs: [before, isHalf ? alike : BIAS], outputs: [output] }),
  ];
}
