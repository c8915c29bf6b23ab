import { InferenceSession, Tensor } from 'onnxruntime-node';
import { openingError, sessionOptions } from './execution-provider.js';

/** A graph given as bytes, and the float32 inputs that it is fed. */
export interface GraphToTime {
  readonly graph: Uint8Array;
  readonly dims: Readonly<Record<string, readonly number[]>>;
  readonly device: string;
  readonly threads: number;
  /** Runs go on for so long, at least ten. */
  readonly seconds: number;
}

/** Times runs of a small graph on a device: what the runtime reaches there. Inputs are all 0.5. Throws SweepError where the device is not there. */
export async function timeGraph(
  spec: GraphToTime,
): Promise<{ readonly bestMs: number; readonly medianMs: number; readonly runs: number }> {
  const { graph, device, threads } = spec;
  const session = await InferenceSession.create(graph, sessionOptions(device, threads)).catch(
    (error: unknown) => {
      throw openingError(device, 'a small graph', error);
    },
  );
  const feeds = Object.fromEntries(
    Object.entries(spec.dims).map(([name, dims]) => {
      const size = dims.reduce((product, dim) => product * dim, 1);
      return [name, new Tensor('float32', new Float32Array(size).fill(0.5), [...dims])];
    }),
  );
  const times: number[] = [];
  const end = performance.now() + spec.seconds * 1000;
  await session.run(feeds);
  while (times.length < 10 || performance.now() < end) {
    const start = performance.now();
    await session.run(feeds);
    times.push(performance.now() - start);
  }
  await session.release();
  times.sort((a, b) => a - b);
  return { bestMs: times[0] ?? 0, medianMs: times[times.length >> 1] ?? 0, runs: times.length };
}
