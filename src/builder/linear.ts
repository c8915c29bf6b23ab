import type { DecoderBuild } from './decoder-build.js';
import { MICROSOFT } from './graph-writer.js';
import type { LinearWeights, WeightRef } from './weights.js';

/** Numbers that share one scale in 4-bit weights. */
export const Q4_BLOCK = 32;

/** Numbers multiplied as int8 by MatMulNBits: the fast kernel of the CPU provider. */
const INT8_ACTIVATIONS = 4;

/** A linear layer: y = x W + b, with the weights in the build's precision. `output` names the result. */
export function linear(build: DecoderBuild, x: string, layer: LinearWeights, output?: string): string {
  const { graph } = build;
  const last = layer.bias === null ? output : undefined;
  const product = multiply(build, x, { ...layer, output: last });
  if (layer.bias === null) return product;
  const bias = graph.weight(layer.bias, 'plain');
  return graph.node({ op: 'Add', inputs: [product, bias], ...named(output) })[0];
}

type Multiplication = LinearWeights & { readonly output: string | undefined };

function multiply(build: DecoderBuild, x: string, layer: Multiplication): string {
  switch (build.precision) {
    case 'fp32':
    case 'fp16': {
      const weight = build.graph.weight(layer.weight, 'input-major');
      return build.graph.node({ op: 'MatMul', inputs: [x, weight], ...named(layer.output) })[0];
    }
    case 'int8':
      return multiplyInt8(build, x, layer);
    case 'q4':
    case 'q4f16':
      return multiplyQ4(build, x, layer);
  }
}

/** Activations are quantised as they come, weights once and symmetrically, one scale an output. */
function multiplyInt8(build: DecoderBuild, x: string, layer: Multiplication): string {
  const { graph } = build;
  const { tensor } = layer.weight;
  const weight = graph.plan({
    ref: layer.weight,
    encoding: 'int8',
    floatType: 'float32',
    parts: [
      { name: `${tensor}.int8`, type: 'int8', dims: [layer.nIn, layer.nOut] },
      { name: `${tensor}_scale`, type: 'float32', dims: [layer.nOut] },
    ],
  });
  const [quantized = '', scale = '', zero = ''] = quantize(build, x);
  const zeroOfWeight = graph.zeroPoint('int8');
  const product = graph.op('MatMulInteger', [quantized, weight, zero, zeroOfWeight]);
  const asFloat = graph.op('Cast', [product], { to: { int: 1 } });
  const scales = graph.op('Mul', [scale, `${tensor}_scale`]);
  return graph.node({ op: 'Mul', inputs: [asFloat, scales], ...named(layer.output) })[0];
}

/** One quantisation serves every layer that reads the same value. */
function quantize(build: DecoderBuild, x: string): readonly string[] {
  const known = build.quantized.get(x);
  if (known !== undefined) return known;
  const made = build.graph.split({ op: 'DynamicQuantizeLinear', inputs: [x] }, 3);
  build.quantized.set(x, made);
  return made;
}

function multiplyQ4(build: DecoderBuild, x: string, layer: Multiplication): string {
  const { graph } = build;
  const weight = planQ4(build, layer.weight, layer);
  return graph.node({
    op: 'MatMulNBits',
    domain: MICROSOFT,
    inputs: [x, weight, `${layer.weight.tensor}_scale`],
    attributes: {
      K: { int: layer.nIn },
      N: { int: layer.nOut },
      bits: { int: 4 },
      block_size: { int: Q4_BLOCK },
      accuracy_level: { int: INT8_ACTIVATIONS },
    },
    ...named(layer.output),
  })[0];
}

function planQ4(build: DecoderBuild, ref: WeightRef, layer: LinearWeights): string {
  const nBlocks = Math.ceil(layer.nIn / Q4_BLOCK);
  const { floatType } = build.graph;
  return build.graph.plan({
    ref,
    encoding: 'q4',
    floatType,
    parts: [
      { name: `${ref.tensor}.q4`, type: 'uint8', dims: [layer.nOut, nBlocks, Q4_BLOCK / 2] },
      { name: `${ref.tensor}_scale`, type: floatType, dims: [layer.nOut * nBlocks] },
    ],
  });
}

function named(output: string | undefined): { readonly outputs?: readonly string[] } {
  return output === undefined ? {} : { outputs: [output] };
}
