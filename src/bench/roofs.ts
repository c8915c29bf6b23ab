import { encodeModel, type GraphSpec } from '../onnx/encode-model.js';
import type { Roof } from '../machine/roof.js';
import { BenchProcess } from './bench-process.js';
import { measureDeviceRoof } from './device-roof.js';

const ROWS = 1024;
const WIDTH = 2048;
// 256 MiB: no cache holds it.
const VECTOR = 4096;
const COLUMNS = 16_384;
const TIMEOUT_MS = 120_000;

/** Measures both roofs of a device; `seconds` is the time for each kernel. */
export async function measureRoof(device: string, threads: number, seconds: number): Promise<Roof> {
  if (device !== 'cpu') return await measureDeviceRoof({ device, threads, seconds });
  return await measureHostRoof(device, threads, seconds);
}

/** Roofs of the CPU, whose inputs are where it computes. */
async function measureHostRoof(device: string, threads: number, seconds: number): Promise<Roof> {
  const process = BenchProcess.start();
  try {
    const best = async (graph: GraphSpec, dims: Record<string, number[]>): Promise<number> => {
      const request = { kind: 'roof', graph: bytesOf(graph), dims, device, threads, seconds } as const;
      return (await process.ask(request, TIMEOUT_MS)).bestMs / 1000;
    };
    const multiply = await best(product(ROWS, WIDTH, WIDTH), { a: [ROWS, WIDTH], b: [WIDTH, WIDTH] });
    const vector = await best(product(1, VECTOR, COLUMNS), { a: [1, VECTOR], b: [VECTOR, COLUMNS] });
    const sum = await best(total(), { a: [VECTOR, COLUMNS] });
    const bytes = 4 * VECTOR * COLUMNS;
    return {
      device,
      threads,
      flopsPerSecond: (2 * ROWS * WIDTH * WIDTH) / multiply,
      bytesPerSecond: bytes / Math.min(vector, sum),
    };
  } finally {
    await process.close();
  }
}

function product(rows: number, inner: number, columns: number): GraphSpec {
  return {
    name: 'product',
    nodes: [{ op: 'MatMul', inputs: ['a', 'b'], outputs: ['c'], name: 'product' }],
    initializers: [],
    inputs: [
      { name: 'a', type: 'float32', dims: [rows, inner] },
      { name: 'b', type: 'float32', dims: [inner, columns] },
    ],
    outputs: [{ name: 'c', type: 'float32', dims: [rows, columns] }],
  };
}

function total(): GraphSpec {
  const attributes = { keepdims: { int: 0 } };
  return {
    name: 'total',
    nodes: [{ op: 'ReduceSum', inputs: ['a'], outputs: ['c'], name: 'total', attributes }],
    initializers: [],
    inputs: [{ name: 'a', type: 'float32', dims: [VECTOR, COLUMNS] }],
    outputs: [{ name: 'c', type: 'float32', dims: [] }],
  };
}

function bytesOf(graph: GraphSpec): Uint8Array {
  return encodeModel({ graph, opsets: { '': 20 }, metadata: {} });
}
