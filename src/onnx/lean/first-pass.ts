import type { ByteSource } from '../byte-source.js';
import type { Graph, Node, OnnxModel } from '../graph.js';
import { newNode, SourceParts } from '../program/source-parts.js';
import { rewrittenModel, type ModelInSource } from './rewritten-model.js';

/**
 * A merged decoder as what its first pass does: the branch without cache of every If that is switched by `useCacheBranch` stands
 * in the graph itself, where its head can be found. Other models, and other control flow, are given back as they are.
 */
export function firstPass(
  model: OnnxModel,
  source: ByteSource,
  useCacheBranch: string | null,
): ModelInSource {
  const { graph } = model;
  const branches = new Map(
    graph.nodes.flatMap((node) => {
      const isSwitched = node.opType === 'If' && useCacheBranch !== null && node.inputs[0] === useCacheBranch;
      const branch = isSwitched ? branchOf(node, 'else_branch') : null;
      return branch === null || branch.sparse.length > 0 ? [] : [[node, branch] as const];
    }),
  );
  if (branches.size === 0) return { model, source };
  const parts = new SourceParts(model, source);
  return rewrittenModel({ model, source }, parts, {
    name: 'first pass',
    fields: [
      ...[...branches.values()].flatMap(({ initializers }) => parts.tensors(initializers)),
      ...graph.nodes.flatMap((node) => {
        const branch = branches.get(node);
        return branch === undefined ? [parts.node(node)] : inlined(parts, node, branch);
      }),
    ],
  });
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
