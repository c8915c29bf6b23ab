import { outerNames, type Node } from './graph.js';

/**
 * Nodes in an order in which each comes after what it takes, near the one they have. ONNX asks for that and onnxruntime does not, so
 * converters get by with appending: those to float16 put the casts of all inputs at the end. Nodes in a circle stay as they are.
 */
export function inOrder(nodes: readonly Node[]): readonly Node[] {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const placed = new Set<Node>();
  const started = new Set<Node>();
  // A stack of its own: the deepest path is as long as the model.
  for (const node of nodes) {
    const path = [node];
    for (let next = path.at(-1); next !== undefined; next = path.at(-1)) {
      started.add(next);
      const before = needsOf(next).find((name) => isWaitedFor(makers.get(name)));
      const maker = makers.get(before ?? '');
      if (before === undefined || maker === undefined) {
        placed.add(next);
        path.pop();
      } else if (started.has(maker)) {
        return nodes;
      } else {
        path.push(maker);
      }
    }
  }
  return [...placed];

  function isWaitedFor(maker: Node | undefined): boolean {
    return maker !== undefined && !placed.has(maker);
  }
}

function needsOf(node: Node): string[] {
  return [...node.inputs, ...outerNames(node)].filter((name) => name !== '');
}
