import type { ByteSource } from '../byte-source.js';
import type { Graph, Node, OnnxModel } from '../graph.js';
import { newNode, SourceParts } from '../program/source-parts.js';
import { rewrittenModel, type ModelInSource } from './rewritten-model.js';

/** A pass of a merged decoder: without a cache, or behind one. */
export type Pass = 'first' | 'later';

const BRANCHES: Readonly<Record<Pass, string>> = { first: 'else_branch', later: 'then_branch' };

/** The input that switches a merged decoder's cache on (null: the model has none), and the pass that is wanted of it. */
export interface PassOfMerged {
  readonly useCacheBranch: string | null;
  readonly pass: Pass;
}

/**
 * A merged decoder as one of its passes: the branch of every If that is switched by `useCacheBranch` stands in the graph itself,
 * where head and attention can be found. Other models, and other control flow, are given back as they are.
 */
export function onePass(model: OnnxModel, source: ByteSource, wanted: PassOfMerged): ModelInSource {
  const { graph } = model;
  const branches = switchedBranches(graph, wanted);
  if (branches.size === 0) return { model, source };
  const parts = new SourceParts(model, source);
  return rewrittenModel({ model, source }, parts, {
    name: `${wanted.pass} pass`,
    fields: [
      ...[...branches.values()].flatMap(({ initializers }) => parts.tensors(initializers)),
      ...graph.nodes.flatMap((node) => {
        const branch = branches.get(node);
        return branch === undefined ? [parts.node(node)] : inlined(parts, node, branch);
      }),
    ],
  });
}

/** The nodes and initializers of such a pass; what leaves a branch keeps the name that it has inside. */
export function graphOfPass(graph: Graph, wanted: PassOfMerged): Graph {
  const branches = switchedBranches(graph, wanted);
  const nodes = graph.nodes.flatMap((node) => branches.get(node)?.nodes ?? [node]);
  const inner = [...branches.values()].flatMap(({ initializers }) => initializers);
  return { ...graph, nodes, initializers: [...graph.initializers, ...inner] };
}

function switchedBranches(graph: Graph, { useCacheBranch, pass }: PassOfMerged): Map<Node, Graph> {
  return new Map(
    graph.nodes.flatMap((node) => {
      const isSwitched = node.opType === 'If' && useCacheBranch !== null && node.inputs[0] === useCacheBranch;
      const branch = isSwitched ? branchOf(node, BRANCHES[pass]) : null;
      return branch === null || branch.sparse.length > 0 ? [] : [[node, branch] as const];
    }),
  );
}

function branchOf({ attributes }: Node, wanted: string): Graph | null {
  return attributes.find(({ name }) => name === wanted)?.graph ?? null;
}

/** The nodes of a branch, and its outputs under the names of those of the If. */
function inlined(parts: SourceParts, node: Node, branch: Graph): Uint8Array[] {
  return [
    ...branch.nodes.map((inner) => parts.node(inner)),
    ...node.outputs.map((output, index) =>
      newNode({ op: 'Identity', inputs: [branch.outputs[index]?.name ?? ''], outputs: [output] }),
    ),
  ];
}
