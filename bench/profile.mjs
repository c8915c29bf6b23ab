import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { decoderSignature } from '../dist/onnx/decoder-signature.js';
import { readModelFile } from '../dist/onnx/read-model.js';

// usage: profile.mjs MODEL.onnx [tokens] [past]
// Where a pass of so many tokens behind `past` others spends its time, by operator, on the CPU.
const [file, tokens = '512', past = '0'] = process.argv.slice(2);
const RUNS = 5;
const folder = mkdtempSync(join(tmpdir(), 'profile-'));
const session = await InferenceSession.create(file, {
  enableProfiling: true,
  profileFilePrefix: join(folder, 'p'),
  logSeverityLevel: 3,
  extra: { session: { model_external_initializers_file_folder_path: dirname(file) } },
});
const [count, before] = [Number(tokens), Number(past)];
const integers = (length, of) =>
  new Tensor(
    'int64',
    BigInt64Array.from({ length }, (_, i) => BigInt(of(i))),
    [1, length],
  );
const feeds = {
  input_ids: integers(count, (i) => i + 1),
  attention_mask: integers(count + before, () => 1),
  position_ids: integers(count, (i) => before + i),
};
for (const { past: name, dims } of decoderSignature(readModelFile(file)).cache) {
  const shape = dims.map((dim, axis) => dim ?? (axis === 0 ? 1 : before));
  feeds[name] = new Tensor('float32', new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
}
for (let run = 0; run < RUNS; run++) await session.run(feeds);
session.endProfiling();
const events = JSON.parse(readFileSync(join(folder, readdirSync(folder)[0]), 'utf8')).filter(
  ({ cat, dur }) => cat === 'Node' && dur > 0,
);
const last = events.slice(-Math.floor(events.length / RUNS));
const byOp = new Map();
for (const { dur, args } of last) byOp.set(args.op_name, (byOp.get(args.op_name) ?? 0) + dur / 1000);
const total = [...byOp.values()].reduce((sum, ms) => sum + ms, 0);
console.log('| operator | ms | share |\n| --- | ---: | ---: |');
for (const [op, ms] of [...byOp].sort(([, a], [, b]) => b - a).slice(0, 12)) {
  console.log(`| ${op} | ${ms.toFixed(1)} | ${((100 * ms) / total).toFixed(1)}% |`);
}
console.log(`| all | ${total.toFixed(1)} | |`);
