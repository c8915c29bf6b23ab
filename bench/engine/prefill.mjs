import { estimateWork } from '../../dist/bench/work-estimate.js';
import { describeModel } from '../../dist/bench/describe-model.js';
import { repetitionOf } from '../../dist/bench/bench-work.js';
import { loadFamily } from '../../dist/catalog/load-family.js';
import { encodeModel } from '../../dist/onnx/encode-model.js';
import { BatchModel } from '../../dist/session/batch-model.js';
import { timeGraph } from '../../dist/session/time-graph.js';

const BATCH = 2;
const PROMPT = 512;
// One product of the shape that bench/roofs.ts measures.
const [ROWS, WIDTH] = [1024, 2048];

/** Reads prompts with the engine's scoring program, and multiplies matrices through the same runtime: FLOP/s of each. */
export async function openPrefill({ directory, threads }) {
  const family = await loadFamily(directory);
  const model = describeModel(family.models[0], 'fp32');
  const test = { kind: 'prompt', prompt: PROMPT };
  const point = { model, device: 'cpu', threads, batch: BATCH, concurrency: 1, test };
  const { flops } = estimateWork(point);
  const opened = new BatchModel({ modelFile: model.file, device: 'cpu', threads }, { programs: true });
  let repetition = 0;
  return {
    prefill: async () => {
      const { works } = repetitionOf(point, 'prefill', repetition++);
      const start = performance.now();
      for (const work of works) await opened.answer(work, {});
      return { flopsPerSecond: (1000 * flops) / (performance.now() - start) };
    },
    multiply: async () => {
      const dims = { a: [ROWS, WIDTH], b: [WIDTH, WIDTH] };
      const value = (name) => ({ name, type: 'float32', dims: dims[name] ?? [ROWS, WIDTH] });
      const graph = {
        name: 'product',
        nodes: [{ op: 'MatMul', inputs: ['a', 'b'], outputs: ['c'], name: 'product' }],
        initializers: [],
        inputs: [value('a'), value('b')],
        outputs: [value('c')],
      };
      const bytes = encodeModel({ graph, opsets: { '': 20 }, metadata: {} });
      const { medianMs } = await timeGraph({ graph: bytes, dims, device: 'cpu', threads, seconds: 0.5 });
      return { flopsPerSecond: (1000 * 2 * ROWS * WIDTH * WIDTH) / medianMs };
    },
  };
}
