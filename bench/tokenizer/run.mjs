// Compares tokenizers on the same documents, interleaved, by processor time of the whole process.
//
// usage: node bench/tokenizer/run.mjs [--encodings gpt2,cl100k,...] [--rounds 5] [--share 0.2] [--peers NAME,...]
//        after `npm run build:native` here above and `npm install --ignore-scripts` in bench/tokenizer
//
// Rounds go over the peers in turn, backwards every other time; a peer's figure is the median of its rounds after the
// first, and the first is its first sight of the documents. Slow peers get a share of the documents. Times are user and
// system time of all threads, so a busy machine disturbs them less than a clock; take a quiet one for figures to quote.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { corpus } from './corpus.mjs';
import { ENCODINGS } from './encodings.mjs';
import { PEERS, scalesweep } from './peers.mjs';

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

async function cost(body) {
  const before = process.cpuUsage();
  await body();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function encodeAll(encode, documents) {
  for (const text of documents) {
    const result = encode(text);
    if (typeof result !== 'number') await result;
  }
}

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const bytesOf = (documents) => documents.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

async function openPeers(name) {
  const open = [];
  for (const peer of values.peers.split(',')) {
    try {
      const encode = await PEERS[peer](name);
      if (encode) open.push({ peer, encode, times: {} });
    } catch (error) {
      process.stderr.write(`${peer} cannot do ${name}: ${String(error.message ?? error).slice(0, 100)}\n`);
    }
  }
  return open;
}

async function timeRound(entry, documents) {
  for (const [category, all] of Object.entries(documents)) {
    const some = entry.peer === OURS ? all : all.filter((_, i) => i % every === 0);
    const ms = await cost(() => encodeAll(entry.encode, some));
    (entry.times[category] ??= []).push(bytesOf(some) / 1000 / Math.max(ms, 0.001));
  }
  const short = Object.values(documents).map((list) => list[0].slice(0, 20));
  const calls = entry.peer === OURS ? 50_000 : 500;
  const many = Array.from({ length: calls }, (_, i) => short[i % short.length]);
  const ms = await cost(() => encodeAll(entry.encode, many));
  (entry.times.callNs ??= []).push((ms * 1e6) / calls);
}

function row({ peer, times }, reference) {
  const cells = Object.entries(times).map(([category, list]) => {
    const value = median(list.slice(1));
    const other = reference ? median(reference.times[category].slice(1)) : NaN;
    const ratio = category === 'callNs' ? other / value : value / other;
    const first = category === 'callNs' ? '' : `, first ${list[0].toFixed(1)}`;
    return `${value.toFixed(1)}${first} (${ratio.toFixed(1)}x)`;
  });
  return `| ${peer} | ${cells.join(' | ')} |`;
}

const documents = corpus();
process.stdout.write(
  `${cpus()[0].model}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}\n\n`,
);
process.stdout.write(
  'MB/s warm, first sight, and ratio to tokenizers 0.23.2; the last column is ns for a call of 20 characters.\n',
);
for (const name of values.encodings.split(',')) {
  const open = await openPeers(name);
  for (let round = 0; round < rounds + 1; round++) {
    for (const entry of round % 2 ? open.toReversed() : open) {
      // Our caches are emptied by opening anew, so that the first round is a first sight.
      if (entry.peer === OURS && round === 0) entry.encode = scalesweep(name);
      await timeRound(entry, documents);
    }
  }
  const reference = open.find(({ peer }) => peer.startsWith('tokenizers'));
  process.stdout.write(
    `\n**${name}**\n\n| peer | ${Object.keys(documents).join(' | ')} | ns a call |\n|---|${'---|'.repeat(5)}\n`,
  );
  for (const entry of open) process.stdout.write(`${row(entry, reference)}\n`);
}
