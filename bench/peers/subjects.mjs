import { basename, dirname, join, resolve } from 'node:path';

// One subject a process: it opens the model, then reads prompts (to the first next token) or generates.

const THREADS = Number(process.env['BENCH_THREADS'] ?? 2);

const SUBJECTS = {
  async scalesweep(directory) {
    const { BatchModel } = await import('../../dist/session/batch-model.js');
    const { firstWork } = await import('../../dist/bench/bench-work.js');
    const spec = { modelFile: join(directory, 'onnx/model.onnx'), device: 'cpu', threads: THREADS };
    const model = new BatchModel(spec, { programs: true });
    const codec = {
      vocabularySize: 0,
      encode: () => [],
      decode: (ids) => ids.join(' '),
      tokenToId: () => undefined,
    };
    const ending = { endTokens: [], endText: null, codec: () => codec };
    await model.answer(firstWork({ kind: 'generate', generate: 1, depth: 1 }), ending);
    return async (ids, count) => {
      const work = {
        kind: 'generate',
        tokens: ids,
        lengths: Uint32Array.of(ids.length),
        until: [],
        maxNewTokens: count,
        maxBatchTokens: Infinity,
      };
      const { generations } = await model.answer(work, ending);
      return generations[0].text.split(' ').map(Number);
    };
  },

  async 'transformers.js'(directory) {
    const { AutoModelForCausalLM, Tensor, env } = await import('@huggingface/transformers');
    env.localModelPath = dirname(resolve(directory));
    env.allowRemoteModels = false;
    const model = await AutoModelForCausalLM.from_pretrained(basename(directory), {
      dtype: 'fp32',
      device: 'cpu',
      use_external_data_format: true,
      session_options: { intraOpNumThreads: THREADS, interOpNumThreads: 1 },
    });
    return async (ids, count) => {
      const dims = [1, ids.length];
      const input_ids = new Tensor('int64', BigInt64Array.from(ids, BigInt), dims);
      const attention_mask = new Tensor('int64', new BigInt64Array(ids.length).fill(1n), dims);
      const fixed = { max_new_tokens: count, min_new_tokens: count, do_sample: false };
      const output = await model.generate({ input_ids, attention_mask, ...fixed });
      return output.tolist()[0].slice(ids.length).map(Number);
    };
  },

  async 'llama.cpp'(directory) {
    const { getLlama } = await import('node-llama-cpp');
    const { writeGguf } = await import('./write-gguf.mjs');
    const llama = await getLlama({ gpu: false, build: 'never', maxThreads: THREADS });
    const model = await llama.loadModel({ modelPath: writeGguf(directory) });
    const context = await model.createContext({ contextSize: 1024, batchSize: 1024, threads: THREADS });
    const sequence = context.getSequence();
    return async (ids, count) => {
      await sequence.clearHistory();
      const made = [];
      const options = { temperature: 0, yieldEogToken: true };
      for await (const token of sequence.evaluate([...ids], options)) {
        made.push(token);
        if (made.length >= count) break;
      }
      return made;
    };
  },
};

const [name, directory] = process.argv.slice(2);
const answer = await SUBJECTS[name](directory);
async function timeAnswer({ ids, count }) {
  const start = performance.now();
  const made = await answer(Uint32Array.from(ids), count);
  process.send({ ms: performance.now() - start, made });
}
process.on('message', (asked) => void timeAnswer(asked));
process.send({ ready: true });
