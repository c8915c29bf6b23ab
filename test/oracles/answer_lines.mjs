// What the addon makes of many tokenizers: the other end of tokenizer_compositions.py.
// usage: node test/oracles/answer_lines.mjs
// Reads {file, texts, ids}, one a line; writes {refused} or {encoded, decoded, streamed, notes}, one a line.
import { createInterface } from 'node:readline';
import { Tokenizer } from '../../dist/tokenizer/tokenizer.js';

const AS_STORED = { truncate: true, pad: true };

function attempt(body) {
  try {
    return body();
  } catch (error) {
    return String(error.message);
  }
}

/** Both ways to encode, and the text of the ids with special tokens and without. */
function answer(tokenizer, text) {
  const ids = tokenizer.encode(text, AS_STORED);
  const plain = tokenizer.encode(text, { ...AS_STORED, addSpecialTokens: false });
  return [[...ids], [...plain], ...texts(tokenizer, ids)];
}

function texts(tokenizer, ids) {
  return [tokenizer.decode(ids), tokenizer.decode(ids, { skipSpecialTokens: false })];
}

/** What a stream says to each id, and at the end. */
function pieces(tokenizer, ids, skipSpecialTokens) {
  const stream = tokenizer.stream({ skipSpecialTokens });
  return [...ids.map((id) => stream.push(id)), stream.end()];
}

/** What disagrees within the addon: batches with single texts, second sights with first ones. */
function notes(tokenizer, strings, encoded) {
  const known = strings.filter((_, i) => Array.isArray(encoded[i]));
  const alone = encoded.filter(Array.isArray);
  const found = [];
  for (const threads of [1, 2]) {
    const { ids, offsets } = tokenizer.encodeBatch(known, { ...AS_STORED, threads });
    known.forEach((text, i) => {
      const mine = [...ids.subarray(offsets[i], offsets[i + 1])];
      if (String(mine) !== String(alone[i][0])) found.push(['batch', threads, text, mine, alone[i][0]]);
    });
  }
  return found;
}

function examine({ file, texts: strings, ids }) {
  const tokenizer = attempt(() => Tokenizer.fromBuffer(Buffer.from(file)));
  if (typeof tokenizer === 'string') return { refused: tokenizer };
  const encoded = strings.map((text) => attempt(() => answer(tokenizer, text)));
  const decoded = ids.map((some) => attempt(() => texts(tokenizer, some)));
  const streamed = ids.map((some) =>
    attempt(() => [pieces(tokenizer, some, true), pieces(tokenizer, some, false)]),
  );
  const torn = streamed.flat(2).filter((piece) => !piece.isWellFormed());
  const found = [...notes(tokenizer, strings, encoded), ...torn.map((piece) => ['torn', piece])];
  return { encoded, decoded, streamed, notes: found };
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  process.stdout.write(`${JSON.stringify(examine(JSON.parse(line)))}\n`);
}
