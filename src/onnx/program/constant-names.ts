import { outerNames, type Graph } from '../graph.js';

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
