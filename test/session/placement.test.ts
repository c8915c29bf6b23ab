import { expect, test } from 'vitest';
import { strayNodes } from '../../src/session/placement.js';

const event = (
  name: string,
  op: string,
  provider: string,
  output: Readonly<Record<string, readonly number[]>>,
): object => ({
  cat: 'Node',
  name: `${name}_kernel_time`,
  dur: 5,
  args: { op_name: op, provider, output_type_shape: [output] },
});

// Taken from profiles of onnxruntime 1.30.0: what its GPU providers leave to the CPU on purpose.
const ON_PURPOSE = [
  { cat: 'Session', name: 'model_loading_array', dur: 900 },
  event('/blocks.0/Gather', 'Gather', 'CPUExecutionProvider', { int64: [] }),
  event('/Greater', 'Greater', 'CPUExecutionProvider', { bool: [1, 1, 1, 2] }),
  event('/Cast_2', 'Cast', 'CPUExecutionProvider', { float: [1, 2, 1] }),
  event('ConstantOfShape_3', 'ConstantOfShape', 'CPUExecutionProvider', { float: [1, 2, 0, 64] }),
];

test.each(['WebGpuExecutionProvider', 'CUDAExecutionProvider'])(
  'the arithmetic of shapes, masks and positions may stay on the CPU beside %s',
  (provider) => {
    const profile = [...ON_PURPOSE, event('/MatMul', 'MatMul', provider, { float: [1, 2, 257] })];
    expect(strayNodes(JSON.stringify(profile), provider)).toEqual([]);
  },
);

test('nodes that make states on the CPU are named, each once', () => {
  const profile = [
    ...ON_PURPOSE,
    event('/blocks.0/Hardmax', 'Hardmax', 'CPUExecutionProvider', { float: [1, 2, 2, 2] }),
    event('/blocks.0/Hardmax', 'Hardmax', 'CPUExecutionProvider', { float: [1, 2, 2, 2] }),
    event('/blocks.0/out/MatMul', 'MatMulNBits', 'CPUExecutionProvider', { float16: [1, 2, 2048] }),
  ];
  expect(strayNodes(JSON.stringify(profile), 'CUDAExecutionProvider')).toEqual([
    'Hardmax /blocks.0/Hardmax',
    'MatMulNBits /blocks.0/out/MatMul',
  ]);
});
