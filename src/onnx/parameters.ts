import { graphsWithin, type Graph, type Initializer, type Node, type OnnxModel } from './graph.js';

/** How many numbers training chose. */
export interface ParameterCount {
  readonly total: number;
  /** Without token and position tables and without an untied output head (the count of Kaplan et al. 2020). */
  readonly nonEmbedding: number;
}

const WEIGHT_TYPES = new Set(['float32', 'float16', 'bfloat16', 'float64', 'int8', 'uint8', 'int4', 'uint4']);
// Tables that are computed, not trained, and what quantisation adds.
const COMPUTED =
  /(^|[._/])(cos|sin)(_?cached?)?(_global|_local)?$|inv_freq|rotary|causal_mask|(^|[._])bias_mask/i;
const QUANTISATION = /_scales?$|_zero_points?$|_zp$/i;
const HEADS = new Set(['MatMul', 'Gemm', 'MatMulNBits', 'MatMulInteger', 'DynamicQuantizeMatMul']);

/** Parameters of a model from its graph: elements of its weights, a tied embedding counted once. */
export function countParameters(model: OnnxModel, tiedEmbedding: boolean): ParameterCount {
  const weights = weightsOf(model.graph);
  const total = [...weights.values()].reduce((sum, count) => sum + count, 0);
  const tables = embeddingTables(model.graph, weights);
  const head = headWeight(model.graph, weights);
  const isCopy = tiedEmbedding && head !== null && !tables.token.includes(head);
  const headCount = head === null || tables.token.includes(head) ? 0 : (weights.get(head) ?? 0);
  const embedding = [...new Set([...tables.token, ...tables.position])].reduce(
    (sum, name) => sum + (weights.get(name) ?? 0),
    0,
  );
  return {
    total: total - (isCopy ? headCount : 0),
    nonEmbedding: Math.max(0, total - embedding - headCount),
  };
}

/** Element counts of trained initializers by name, over the graph and everything inside its control flow. */
function weightsOf(root: Graph): Map<string, number> {
  const weights = new Map<string, number>();
  for (const graph of graphsWithin(root)) {
    const packed = packedWeights(graph.nodes);
    for (const initializer of graph.initializers) {
      if (isWeight(initializer))
        weights.set(initializer.name, packed.get(initializer.name) ?? initializer.elements);
    }
    for (const node of graph.nodes) {
      const value =
        node.opType === 'Constant' ? node.attributes.find(({ tensor }) => tensor !== null) : undefined;
      const tensor = value?.tensor;
      const name = node.outputs[0];
      // Exporters keep vectors that they computed, such as rotary frequencies, in Constant nodes.
      if (tensor && name !== undefined && tensor.dims.length > 1 && isWeight({ ...tensor, name }))
        weights.set(name, tensor.elements);
    }
  }
  return weights;
}

function isWeight({ name, elementType, elements, dims }: Initializer): boolean {
  if (!WEIGHT_TYPES.has(elementType) || elements <= 1 || dims.length === 0) return false;
  return !COMPUTED.test(name) && !QUANTISATION.test(name);
}

// MatMulNBits and GatherBlockQuantized pack several weights in a byte, and name their scales as they like.
function packedWeights(nodes: readonly Node[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { opType, inputs, attributes } of nodes) {
    if (opType !== 'MatMulNBits' && opType !== 'MatMulBnb4') continue;
    const size = (name: string): number => attributes.find((entry) => entry.name === name)?.int ?? 0;
    counts.set(inputs[1] ?? '', size('K') * size('N'));
    for (const extra of inputs.slice(2)) counts.set(extra, 0);
  }
  return counts;
}

function embeddingTables(
  root: Graph,
  weights: ReadonlyMap<string, number>,
): { token: string[]; position: string[] } {
  const token: string[] = [];
  const position: string[] = [];
  for (const graph of graphsWithin(root)) {
    const fromIds = derivedFrom(graph, 'input_ids');
    for (const { opType, inputs } of graph.nodes) {
      const [table = '', indices = ''] = inputs;
      if (!/^Gather(BlockQuantized)?$|^EmbedLayerNormalization$/.test(opType) || !weights.has(table))
        continue;
      if (fromIds.has(indices)) token.push(table);
      else if ((weights.get(table) ?? 0) > 0) position.push(table);
    }
  }
  return { token, position };
}

// input_ids itself, or input_ids reshaped or cast.
function derivedFrom(graph: Graph, name: string): Set<string> {
  const names = new Set([name]);
  for (const { opType, inputs, outputs } of graph.nodes) {
    const [first = ''] = inputs;
    if (/^(Reshape|Cast|Identity|Unsqueeze|Squeeze)$/.test(opType) && names.has(first)) {
      for (const output of outputs) names.add(output);
    }
  }
  return names;
}

/** The weight that the last matrix product before `logits` multiplies by, through a Transpose if there is one. */
function headWeight(root: Graph, weights: ReadonlyMap<string, number>): string | null {
  for (const graph of graphsWithin(root)) {
    const producers = new Map(
      graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
    );
    let node = producers.get('logits');
    for (let steps = 0; node !== undefined && steps < 6; steps++) {
      if (HEADS.has(node.opType))
        return node.inputs.map((name) => sourceOf(producers, name)).find((name) => weights.has(name)) ?? null;
      node = producers.get(node.inputs[0] ?? '');
    }
  }
  return null;
}

function sourceOf(producers: ReadonlyMap<string, Node>, name: string): string {
  const producer = producers.get(name);
  if (producer === undefined || !/^(Transpose|Cast|DequantizeLinear)$/.test(producer.opType)) return name;
  return sourceOf(producers, producer.inputs[0] ?? '');
}
