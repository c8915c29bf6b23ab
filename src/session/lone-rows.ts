import type { OnnxModel } from '../onnx/graph.js';

/** A model takes a cache and several tokens for one row at a time only, as GroupQueryAttention does on the CPU. */
export function takesLoneRows({ graph }: OnnxModel): boolean {
  return graph.nodes.some(({ opType }) => opType === 'GroupQueryAttention');
}
