import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Tokenizer } from '../../src/tokenizer/tokenizer.js';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'tokenizer');
const RUNS = ['a', ' ', '-', '漢', 'e\u0301', '\u0301', '\n', '<|endoftext|>', '<mask> ', '  <sep'];

function load(name: string): Tokenizer {
  return Tokenizer.fromBuffer(gunzipSync(readFileSync(join(FIXTURES, `${name}.json.gz`))), name);
}

/** Processor time in ms, which other processes on the machine disturb least. */
function cost(body: () => void): number {
  const before = process.cpuUsage();
  body();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

// A quadratic step would take 400 times as long for 20 times the text; linear ones take 20, and noise doubles that.
test.each(['gpt2', 'llama3', 'o200k', 'bloom', 'llama2', 'bert-uncased', 't5', 'added', 'neox', 'deepseek'])(
  '%s takes time in proportion to the text, whatever is repeated',
  (name) => {
    const tokenizer = load(name);
    const small = 20_000;
    for (const unit of RUNS) {
      const text = unit.repeat(Math.ceil(small / unit.length));
      const long = text.repeat(20);
      tokenizer.count(text);
      const once = Math.max(1, Math.min(...[0, 1, 2].map(() => cost(() => tokenizer.count(text)))));
      const twenty = Math.min(...[0, 1].map(() => cost(() => tokenizer.count(long))));
      expect(
        twenty / once,
        `${JSON.stringify(unit)}: ${String(once)} ms, then ${String(twenty)} ms`,
      ).toBeLessThan(100);
    }
  },
);
