// Compares tokenizers on the same texts, interleaved, by processor time of the whole process, and holds the ratios
// against the targets of targets.mjs.
//
// usage: node bench/tokenizer/run.mjs [--encodings gpt2,cl100k,...] [--rounds 5] [--share 0.2] [--peers NAME,...]
//        after `npm run build:native` here above and `npm ci --ignore-scripts` in bench/tokenizer
//
// Rounds go over the peers in turn, backwards every other time; figures are medians of a peer's rounds. First sight is one
// pass over the documents by a tokenizer that was opened for it (after a few other texts, so that its code is compiled),
// once a round; warm figures are those of one tokenizer that has seen them all.
// Every warm measurement repeats its texts for at least 50 ms. Slow peers take a share of the documents. Times are user
// and system time of all threads, so a busy machine disturbs them less than a clock; take a quiet one for figures to
// quote. Long text is each category in one string. The exit status says nothing of targets: the last table does.
import { cpus } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { corpus } from './corpus.mjs';
import { ENCODINGS } from './encodings.mjs';
import { PEERS } from './peers.mjs';
import { targetRows } from './targets.mjs';
import { twoThreads } from './threads.mjs';

const { values } = parseArgs({
  options: {
    encodings: { type: 'string', default: ENCODINGS.join(',') },
    peers: { type: 'string', default: Object.keys(PEERS).join(',') },
    rounds: { type: 'string', default: '5' },
    share: { type: 'string', default: '0.2' },
  },
});
const rounds = Number(values.rounds);
// Slow peers take every n-th document.
const every = Math.max(1, Math.round(1 / Number(values.share)));
const OURS = 'scalesweep';
const LEAST_MS = 50;
// The process is idle when it takes less than this of a wait of that length.
const IDLE_MS = 0.3;
const STEP_MS = 2;
const CALLS = { short: 20, ours: 50_000, others: 500 };
const WARM_UP = Array.from(
  { length: 200 },
  (_, i) => `Warm-up ${i}: some words, ${i * i} numbers and\n\ta line.`,
);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

const documents = corpus();
const bytesOf = (texts) => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const print = (line = '') => process.stdout.write(`${line}\n`);

async function encodeAll(encode, texts) {
  for (const text of texts) {
    const result = encode(text);
    if (typeof result !== 'number') await result;
  }
}

/** Garbage of what ran before is no cost of what runs next: nor is what V8's own threads do about it after the call. */
async function settle() {
  collectGarbage();
  for (let ms = Infinity; ms > IDLE_MS;) {
    const before = process.cpuUsage();
    await setTimeout(STEP_MS);
    const { user, system } = process.cpuUsage(before);
    ms = (user + system) / 1000;
  }
}

/** Processor milliseconds of one pass over `texts`, from passes that take `leastMs` together. */
async function cost(encode, texts, leastMs) {
  await settle();
  let passes = 0;
  let ms = 0;
  const before = process.cpuUsage();
  do {
    await encodeAll(encode, texts);
    const { user, system } = process.cpuUsage(before);
    ms = (user + system) / 1000;
    passes++;
  } while (ms < leastMs);
  return Math.max(ms / passes, 0.001);
}

const documentsFor = (peer, all) => (peer === OURS ? all : all.filter((_, i) => i % every === 0));

/** MB/s by category of a tokenizer that has seen none of the documents. */
async function measureFirstSight({ peer, open }) {
  const encode = await open();
  await encodeAll(encode, WARM_UP);
  const figures = {};
  for (const [category, all] of Object.entries(documents)) {
    const some = documentsFor(peer, all);
    figures[category] = bytesOf(some) / 1000 / (await cost(encode, some, 0));
  }
  return figures;
}

/** One warm round of a peer: MB/s by category for documents and long text, ns for a short call. */
async function measureRound({ peer, encode }) {
  const isOurs = peer === OURS;
  const figures = {};
  for (const [category, all] of Object.entries(documents)) {
    const some = documentsFor(peer, all);
    figures[category] = bytesOf(some) / 1000 / (await cost(encode, some, LEAST_MS));
    const long = [some.join('')];
    figures[`${category} long`] = bytesOf(long) / 1000 / (await cost(encode, long, LEAST_MS));
  }
  const short = Object.values(documents).map((list) => list[0].slice(0, CALLS.short));
  const calls = isOurs ? CALLS.ours : CALLS.others;
  const many = Array.from({ length: calls }, (_, i) => short[i % short.length]);
  figures.call = (calls * 1000) / (await cost(encode, many, 0));
  return figures;
}

async function openPeers(name) {
  const opened = [];
  for (const peer of values.peers.split(',')) {
    const open = async () => await PEERS[peer](name);
    try {
      const encode = await open();
      if (!encode) continue;
      for (const all of Object.values(documents)) await encodeAll(encode, documentsFor(peer, all));
      opened.push({ peer, open, encode, firsts: [], rounds: [] });
    } catch (error) {
      process.stderr.write(`${peer} cannot do ${name}: ${String(error.message ?? error).slice(0, 100)}\n`);
    }
  }
  return opened;
}

/** Figures of a peer: `first` by category, `warm` by category, long text and calls (all higher is faster). */
function summary({ peer, firsts, rounds: warm }) {
  return { peer, first: medians(firsts), warm: medians(warm) };
}

function medians(measured) {
  const names = Object.keys(measured[0]);
  return Object.fromEntries(names.map((name) => [name, median(measured.map((figures) => figures[name]))]));
}

async function compare(name) {
  const opened = await openPeers(name);
  for (let round = 0; round < rounds; round++) {
    for (const entry of round % 2 ? opened.toReversed() : opened) {
      entry.firsts.push(await measureFirstSight(entry));
      entry.rounds.push(await measureRound(entry));
    }
  }
  return opened.map(summary);
}

function printTable(name, peers) {
  const categories = Object.keys(documents);
  const reference = peers.find(({ peer }) => peer.startsWith('tokenizers'));
  const ratio = (value, other) => (other ? ` (${(value / other).toFixed(1)}x)` : '');
  print(`\n**${name}**\n`);
  print(`| peer | ${categories.map((c) => `${c} | long`).join(' | ')} | ns a call |`);
  print(`|---|${'---|'.repeat(categories.length * 2 + 1)}`);
  for (const { peer, first, warm } of peers) {
    const cells = categories.flatMap((c) => [
      `${warm[c].toFixed(1)}${ratio(warm[c], reference?.warm[c])}, first ${first[c].toFixed(1)}${ratio(first[c], reference?.first[c])}`,
      `${warm[`${c} long`].toFixed(1)}${ratio(warm[`${c} long`], reference?.warm[`${c} long`])}`,
    ]);
    print(
      `| ${peer} | ${cells.join(' | ')} | ${(1e9 / warm.call).toFixed(0)}${ratio(warm.call, reference?.warm.call)} |`,
    );
  }
}

print(`${cpus()[0].model}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}\n`);
print(
  'MB/s warm and at first sight, with the ratio to tokenizers 0.23.2; the last column is ns for a call of 20 characters.',
);
const results = {};
for (const name of values.encodings.split(',')) {
  results[name] = await compare(name);
  printTable(name, results[name]);
}
print('\n**Against the targets** (ratio to tokenizers 0.23.2, and to the fastest other peer)\n');
print('| encoding | what | target | measured | met |\n|---|---|---|---|---|');
for (const [name, peers] of Object.entries(results)) {
  for (const { what, target, value } of targetRows(name, peers)) {
    print(`| ${name} | ${what} | ${target}x | ${value.toFixed(1)}x | ${value >= target ? 'yes' : 'no'} |`);
  }
}
print('\n**Two threads** (encodeBatch, by the clock; 1.9x is the target)\n');
print('| encoding | MB/s on one | MB/s on two | ratio |\n|---|---|---|---|');
for (const name of Object.keys(results)) {
  const { one, two } = twoThreads(name, Object.values(documents).flat());
  print(`| ${name} | ${one.toFixed(0)} | ${two.toFixed(0)} | ${(two / one).toFixed(2)}x |`);
}
