// What graph programs bring: the same requests by programs and with full logits, interleaved, in this process.
// usage: npm run build && node bench/programs.mjs [--params 1e6] [--vocab 8192] [--threads 1] [--repeats 5]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildModel, syntheticModel } from '../dist/builder/build-model.js';
import { modelFilesIn } from '../dist/catalog/model-files.js';
import { workOf } from '../dist/engine/batch-results.js';
import { BatchModel } from '../dist/session/batch-model.js';
import { encodeRequests } from '../dist/session/encode-requests.js';
import { layOut } from '../dist/session/layout.js';
import { readModelSettings } from '../dist/session/model-settings.js';
import { Tokenizer } from '../dist/tokenizer/tokenizer.js';

const { values } = parseArgs({
  options: {
    params: { type: 'string', default: '1e6' },
    vocab: { type: 'string', default: '8192' },
    threads: { type: 'string', default: '1' },
    repeats: { type: 'string', default: '5' },
    batch: { type: 'string', default: '4096' },
  },
});

let state = 7;
const random = (below) => {
  state = (state * 48_271) % 2_147_483_647;
  return state % below;
};
const word = () => Array.from({ length: 2 + random(5) }, () => 'abcdefghij'[random(10)]).join('');
const words = (count) => Array.from({ length: count }, word).join(' ');

const choices = (questions, contextWords, continuation) =>
  Array.from({ length: questions }, () => words(contextWords)).flatMap((context) =>
    Array.from({ length: 4 }, (_, choice) => ({
      kind: 'loglikelihood',
      context,
      continuation: continuation(choice),
    })),
  );

const WORK = {
  '0-shot, 4 choices of several tokens': choices(50, 6, () => ` ${words(2)}`),
  '5-shot, 4 choices of several tokens': choices(20, 40, () => ` ${words(2)}`),
  '0-shot, 4 choices of one token': choices(50, 6, (choice) => ` ${'abcd'[choice]}`),
  'generation of 32 tokens': Array.from({ length: 16 }, () => ({
    kind: 'generate_until',
    context: words(8),
    until: [],
    maxNewTokens: 32,
    maxBatchTokens: Infinity,
  })),
};

const directory = mkdtempSync(join(tmpdir(), 'bench-programs-'));
const shape = { architecture: 'llama', context: 1024, seed: 1, precision: 'fp32', style: 'portable' };
await buildModel(
  directory,
  syntheticModel({ ...shape, nParams: Number(values.params), vocabulary: Number(values.vocab) }),
);
const codec = Tokenizer.fromFile(join(directory, 'tokenizer.json'));
const settings = readModelSettings(directory, codec);
const spec = { modelFile: modelFilesIn(directory).fp32, device: 'cpu', threads: Number(values.threads) };
const subjects = {
  programs: new BatchModel(spec, { programs: true }),
  'full logits': new BatchModel(spec, { programs: false }),
};
const ending = { endTokens: [], endText: null, codec: () => codec };

/** Wall and processor milliseconds of one pass over the batches. */
async function timed(model, works) {
  const used = process.cpuUsage();
  const started = performance.now();
  for (const work of works) await model.answer(work, ending);
  const { user, system } = process.cpuUsage(used);
  return { wall: performance.now() - started, cpu: (user + system) / 1000 };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

console.log(
  `${values.params} parameters, vocabulary ${values.vocab}, ${values.threads} thread(s), medians of ${values.repeats}`,
);
console.log('work | programs ms | full logits ms | ratio | ratio of processor time');
console.log('--- | ---: | ---: | ---: | ---:');
for (const [name, requests] of Object.entries(WORK)) {
  const maxBatchTokens = Number(values.batch);
  const { batches } = layOut(encodeRequests(requests, codec, settings), { ...settings, maxBatchTokens });
  const works = batches.map((batch) => workOf(batch, maxBatchTokens));
  const times = { programs: [], 'full logits': [] };
  for (let repeat = -1; repeat < Number(values.repeats); repeat++) {
    for (const [subject, model] of Object.entries(subjects)) {
      const time = await timed(model, works);
      if (repeat >= 0) times[subject].push(time); // the first opens the sessions
    }
  }
  const of = (subject, kind) => median(times[subject].map((time) => time[kind]));
  const ratio = (kind) => (of('full logits', kind) / of('programs', kind)).toFixed(2);
  const wall = (subject) => of(subject, 'wall').toFixed(0);
  console.log(`${name} | ${wall('programs')} | ${wall('full logits')} | ${ratio('wall')} | ${ratio('cpu')}`);
}
for (const model of Object.values(subjects)) await model.release();
rmSync(directory, { recursive: true });
