import { outerNames, type Graph, type Node } from '../graph.js';

/** The nodes that the given values need, in order, without those that come after `stops` (values that are given). */
export function liveNodes(graph: Graph, wanted: readonly string[], stops: readonly string[] = []): Node[] {
  const needed = new Set(wanted);
  const given = new Set(stops);
  const live: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name) && !given.has(name))) continue;
    live.unshift(node);
    for (const name of node.inputs) needed.add(name);
    for (const name of outerNames(node)) needed.add(name);
  }
  return live;
}
