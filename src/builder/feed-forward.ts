import type { DecoderBuild } from './decoder-build.js';
import { linear } from './linear.js';
import type { LayerWeights } from './weights.js';

/** down(activation(up x)), or down(activation(gate x) * up x) where there is a gate. */
export function feedForward(build: DecoderBuild, x: string, layer: LayerWeights): string {
  const up = linear(build, x, layer.up);
  if (layer.gate === null) return linear(build, activate(build, up), layer.down);
  const gate = activate(build, linear(build, x, layer.gate));
  return linear(build, build.graph.op('Mul', [gate, up]), layer.down);
}

function activate({ graph, shape }: DecoderBuild, x: string): string {
  switch (shape.activation) {
    case 'silu':
      return graph.op('Mul', [x, graph.op('Sigmoid', [x])]);
    case 'gelu':
      return graph.op('Gelu', [x]);
    case 'gelu_tanh':
      return graph.op('Gelu', [x], { approximate: { text: 'tanh' } });
    case 'relu':
      return graph.op('Relu', [x]);
  }
}
