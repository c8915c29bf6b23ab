// The speed of encodeBatch on one thread and on two, by the clock.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { encodingFile } from './encodings.mjs';

const require = createRequire(import.meta.url);
const LEAST_BYTES = 16e6;
const ROUNDS = 9;

/** MB/s on one thread and on two: the best of interleaved rounds over `documents`, repeated to 16 MB. */
export function twoThreads(name, documents) {
  const { NativeTokenizer } = require('../../build/Release/tokenizer.node');
  const tokenizer = new NativeTokenizer(readFileSync(encodingFile(name)));
  const bytes = documents.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const texts = Array.from({ length: Math.ceil(LEAST_BYTES / bytes) }, () => documents).flat();
  const best = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    for (const threads of [1, 2]) {
      const started = performance.now();
      tokenizer.encodeBatch(texts, 0, threads);
      best[threads - 1] = Math.min(best[threads - 1], performance.now() - started);
    }
  }
  const speed = (ms) => (bytes * (texts.length / documents.length)) / 1000 / ms;
  return { one: speed(best[0]), two: speed(best[1]) };
}
