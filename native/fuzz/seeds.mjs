// Writes what the fuzz targets start from, out of test/fixtures/tokenizer: tokenizer files, random ones among them, and texts.
// usage: node native/fuzz/seeds.mjs TOKENIZERS TEXTS
// A text is led by the two bytes that fuzz_encode.cc and fuzz_split.cc read first: a tokenizer or rule, and options.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

const FIXTURES = join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'tokenizer');
const [tokenizers, texts] = process.argv.slice(2);

const packed = readdirSync(FIXTURES).filter(
  (file) => file.endsWith('.json.gz') && file !== 'goldens.json.gz',
);
const random = JSON.parse(brotliDecompressSync(readFileSync(join(FIXTURES, 'compositions.json.br')))).filter(
  ({ name }) => /^(file|pattern) /.test(name),
);
const files = new Map([
  ...packed.map((file) => [file.replace('.gz', ''), gunzipSync(readFileSync(join(FIXTURES, file)))]),
  ...random.map(({ name, file }) => [`${name}.json`, JSON.stringify(file)]),
]);
for (const [name, content] of files) writeFileSync(join(tokenizers, name), content);

// fuzz_encode.cc numbers the tokenizers by name.
const order = [...files.keys()].sort((a, b) => (a < b ? -1 : 1));
const { strings } = JSON.parse(gunzipSync(readFileSync(join(FIXTURES, 'goldens.json.gz'))));
const seeds = [
  ...strings.map((text, i) => [i % order.length, text]),
  ...random.flatMap(({ name, texts: own }) => own.map((text) => [order.indexOf(`${name}.json`), text])),
];
seeds.forEach(([which, text], i) => {
  writeFileSync(join(texts, `text-${i}`), Buffer.concat([Buffer.from([which, i % 256]), Buffer.from(text)]));
});
