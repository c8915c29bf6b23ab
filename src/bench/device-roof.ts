import { TrialError } from '../errors.js';
import { encodeModel, type NodeSpec, type TensorSpec } from '../onnx/encode-model.js';
import type { Roof } from '../machine/roof.js';
import { BenchProcess } from './bench-process.js';

// Products follow each other within one run, so that neither copies nor the start of a run count for much.
const CHAIN = 8;
// A matrix of `read` squared has 256 MiB: no cache holds it.
const WIDTHS = { small: 1024, large: 4096, read: 8192 };
// Small products that are done sooner do not fill the device.
const FAST_MS = 20;
const TIMEOUT_MS = 300_000;

type Element = 'float32' | 'float16';

/**
 * Roofs of a device with memory of its own: what it multiplies and reads is made there, and one number comes back. Half
 * precision is null where the device refuses it.
 */
export async function measureDeviceRoof(
  { device, threads, seconds }: { device: string; threads: number; seconds: number },
  widths = WIDTHS,
): Promise<Roof> {
  const process = BenchProcess.start();
  const timed = async (rows: number, width: number, element: Element): Promise<number> => {
    const graph = encodeModel({ graph: chain(rows, width, element), opsets: { '': 20 }, metadata: {} });
    const request = { kind: 'roof', graph, dims: { s: [1] }, device, threads, seconds } as const;
    return (await process.ask(request, TIMEOUT_MS)).bestMs;
  };
  const flops = async (element: Element): Promise<number> => {
    const { small, large } = widths;
    const first = await timed(small, small, element);
    const [size, ms] = first < FAST_MS ? [large, await timed(large, large, element)] : [small, first];
    return (CHAIN * 2 * size ** 3) / (ms / 1000);
  };
  try {
    const flopsPerSecond = await flops('float32');
    const halfFlopsPerSecond = await flops('float16').catch((error: unknown) => {
      if (error instanceof TrialError) return null;
      throw error;
    });
    const readMs = await timed(1, widths.read, 'float32');
    const bytesPerSecond = (CHAIN * 4 * widths.read ** 2) / (readMs / 1000);
    return { device, threads, flopsPerSecond, halfFlopsPerSecond, bytesPerSecond };
  } finally {
    await process.close();
  }
}

/** x [rows, width] times W [width, width], again and again; both are filled by the runtime, W once when the session opens. */
function chain(rows: number, width: number, element: Element) {
  const scalar = { type: 'float32', dims: [1] } as const;
  const nodes: NodeSpec[] = [
    node('Expand', ['unit', 'wShape'], 'wide'),
    node('Expand', ['s', 'xShape'], 'tall'),
    cast('wide', 'w', element),
    cast('tall', 'x0', element),
    ...Array.from({ length: CHAIN }, (_, step) => node('MatMul', [`x${step}`, 'w'], `x${step + 1}`)),
    cast(`x${CHAIN}`, 'last', 'float32'),
    { ...node('ReduceMax', ['last'], 'y'), attributes: { keepdims: { int: 0 } } },
  ];
  return {
    name: 'chain',
    nodes,
    initializers: [
      { name: 'unit', ...scalar, content: { raw: bytesOf(Float32Array.of(1 / width)) } },
      shapeOf('wShape', width, width),
      shapeOf('xShape', rows, width),
    ],
    inputs: [{ name: 's', ...scalar }],
    outputs: [{ name: 'y', type: 'float32', dims: [] }],
  } as const;
}

function node(op: string, inputs: readonly string[], output: string): NodeSpec {
  return { op, inputs, outputs: [output], name: output };
}

function cast(input: string, output: string, element: Element): NodeSpec {
  const to = element === 'float32' ? 1 : 10;
  return { ...node('Cast', [input], output), attributes: { to: { int: to } } };
}

function shapeOf(name: string, ...dims: readonly number[]): TensorSpec {
  const raw = bytesOf(BigInt64Array.from(dims, BigInt));
  return { name, type: 'int64', dims: [dims.length], content: { raw } };
}

function bytesOf({ buffer }: Float32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer);
}
