// Reads one JSON array of strings a line, writes one JSON array of arrays of ids: the other end of tokenizers_fuzz.py.
// usage: node test/oracles/encode_lines.mjs TOKENIZER.json FLAGS
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const { NativeTokenizer } = createRequire(import.meta.url)('../../build/Release/tokenizer.node');
const [file, flags] = process.argv.slice(2);
const tokenizer = new NativeTokenizer(readFileSync(file));
const buffer = new Uint32Array(1 << 22);
const decoding = Number(flags) & 16;

function encode(text) {
  const count = tokenizer.encodeInto(text, Number(flags) & 15, buffer);
  const ids = buffer.slice(0, count);
  return decoding ? [[...ids], tokenizer.decode(ids, true), tokenizer.decode(ids, false)] : [...ids];
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const answers = JSON.parse(line).map((text) => {
    try {
      return encode(text);
    } catch (error) {
      return String(error.message);
    }
  });
  process.stdout.write(`${JSON.stringify(answers)}\n`);
}
