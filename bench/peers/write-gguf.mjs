import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { randomWeights } from '../../dist/builder/random-weights.js';
import { shapeOfConfig } from '../../dist/builder/read-config.js';
import { nameWeights } from '../../dist/builder/weight-names.js';

// FORMAT  https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, version 3: header, key-values, tensor table, data.
const ALIGNMENT = 32;
const TYPE = { u32: 4, i32: 5, f32: 6, text: 8, list: 9 };

/** Writes a synthetic Llama as GGUF in float32 beside its config.json; gives the path. */
export function writeGguf(directory) {
  const path = join(directory, 'model.gguf');
  if (existsSync(path)) return path;
  const config = JSON.parse(readFileSync(join(directory, 'config.json'), 'utf8'));
  const shape = shapeOfConfig(config, directory);
  const tensors = tensorsOf(shape);
  const values = keyValues(shape, config, directory);
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(values.length),
    ...values,
    ...tensorTable(tensors),
  ]);
  const file = openSync(path, 'w');
  const start = Math.ceil(head.length / ALIGNMENT) * ALIGNMENT;
  writeSync(file, head, 0, head.length, 0);
  const source = randomWeights(config.scalesweep.seed);
  for (const tensor of tensors) {
    const data = tensor.arrange(source.read(tensor.ref, 0, tensor.elements));
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    for (let at = 0; at < bytes.length;) {
      at += writeSync(file, bytes, at, bytes.length - at, start + tensor.offset + at);
    }
  }
  closeSync(file);
  return path;
}

function tensorsOf(shape) {
  const weights = nameWeights(shape);
  const same = (values) => values;
  const list = [
    ['token_embd.weight', weights.embedding, same],
    ['output_norm.weight', weights.finalNorm.weight, same],
    ['output.weight', weights.head.weight, same],
  ];
  weights.layers.forEach((layer, index) => {
    const name = (part) => `blk.${index}.${part}.weight`;
    const { query, key, value } = layer.qkv;
    list.push(
      [name('attn_norm'), layer.attentionNorm.weight, same],
      [name('attn_q'), query.weight, (values) => interleave(values, shape.nHeads, query.nIn)],
      [name('attn_k'), key.weight, (values) => interleave(values, shape.nKvHeads, key.nIn)],
      [name('attn_v'), value.weight, same],
      [name('attn_output'), layer.attentionOutput.weight, same],
      [name('ffn_norm'), layer.feedForwardNorm.weight, same],
      [name('ffn_gate'), layer.gate.weight, same],
      [name('ffn_up'), layer.up.weight, same],
      [name('ffn_down'), layer.down.weight, same],
    );
  });
  let offset = 0;
  return list.map(([name, ref, arrange]) => {
    const elements = ref.dims.reduce((product, dim) => product * dim, 1);
    const tensor = { name, ref, arrange, elements, offset };
    offset = Math.ceil((offset + 4 * elements) / ALIGNMENT) * ALIGNMENT;
    return tensor;
  });
}

/** llama.cpp rotates neighbours where transformers rotates halves: rows of every head are interleaved. */
function interleave(values, nHeads, width) {
  const headDim = values.length / width / nHeads;
  const arranged = new Float32Array(values.length);
  for (let row = 0; row < nHeads * headDim; row++) {
    const [head, place] = [Math.floor(row / headDim), row % headDim];
    const half = Math.floor(place / (headDim / 2));
    const target = head * headDim + 2 * (place % (headDim / 2)) + half;
    arranged.set(values.subarray(row * width, (row + 1) * width), target * width);
  }
  return arranged;
}

function keyValues(shape, config, directory) {
  const { model } = JSON.parse(readFileSync(join(directory, 'tokenizer.json'), 'utf8'));
  const tokens = Object.entries(model.vocab)
    .toSorted(([, a], [, b]) => a - b)
    .map(([token]) => token);
  const merges = model.merges.map((pair) => pair.join(' '));
  return [
    pair('general.architecture', TYPE.text, text('llama')),
    pair('general.name', TYPE.text, text('synthetic')),
    pair('general.alignment', TYPE.u32, u32(ALIGNMENT)),
    pair('llama.block_count', TYPE.u32, u32(shape.nLayers)),
    pair('llama.context_length', TYPE.u32, u32(shape.maxPositions)),
    pair('llama.embedding_length', TYPE.u32, u32(shape.hiddenSize)),
    pair('llama.feed_forward_length', TYPE.u32, u32(shape.intermediateSize)),
    pair('llama.attention.head_count', TYPE.u32, u32(shape.nHeads)),
    pair('llama.attention.head_count_kv', TYPE.u32, u32(shape.nKvHeads)),
    pair('llama.attention.layer_norm_rms_epsilon', TYPE.f32, f32(shape.norm.epsilon)),
    pair('llama.rope.dimension_count', TYPE.u32, u32(shape.headDim)),
    pair('llama.rope.freq_base', TYPE.f32, f32(config.rope_theta)),
    pair('llama.vocab_size', TYPE.u32, u32(shape.vocabSize)),
    pair('tokenizer.ggml.model', TYPE.text, text('gpt2')),
    pair('tokenizer.ggml.pre', TYPE.text, text('gpt-2')),
    pair('tokenizer.ggml.tokens', TYPE.list, list(TYPE.text, tokens.map(text))),
    pair(
      'tokenizer.ggml.token_type',
      TYPE.list,
      list(
        TYPE.i32,
        tokens.map((_, id) => u32(id === 0 ? 3 : 1)),
      ),
    ),
    pair('tokenizer.ggml.merges', TYPE.list, list(TYPE.text, merges.map(text))),
    pair('tokenizer.ggml.bos_token_id', TYPE.u32, u32(0)),
    pair('tokenizer.ggml.eos_token_id', TYPE.u32, u32(0)),
  ];
}

function tensorTable(tensors) {
  const table = tensors.map(({ name, ref, offset }) => {
    const dims = ref.dims.toReversed().map(u64);
    return Buffer.concat([text(name), u32(ref.dims.length), ...dims, u32(0), u64(offset)]);
  });
  return table;
}

const pair = (key, type, value) => Buffer.concat([text(key), u32(type), value]);
const list = (type, items) => Buffer.concat([u32(type), u64(items.length), ...items]);

function text(value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function u32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}
