// The engine against transformers.js and against itself, on the CPU.
// usage: npm run build && cd bench/engine && npm install --ignore-scripts && node run.mjs [--models 1m,8m,30m,160m]
//        [--only scoring,generating,workers,trials,prefill] [--rounds 5] [-o FILE]
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from '../../dist/machine/describe-machine.js';
import { Tokenizer } from '../../dist/tokenizer/tokenizer.js';
import * as rows from './rows.mjs';
import { makeWorks } from './work.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const SECTIONS = ['scoring', 'generating', 'workers', 'trials', 'prefill'];
// A small model has a small vocabulary, or it would be all embedding; slow subjects are asked a part of the requests.
const MODELS = {
  '1m': { vocab: 4096, slice: { fewShot: 400, oneToken: 800, tuned: 64 } },
  // For two workers against one only: the upper end of the models that go side by side.
  '8m': { vocab: 8192, slice: { fewShot: 400, oneToken: 800, tuned: 64 }, sections: ['workers'] },
  '30m': { vocab: 32_000, slice: { fewShot: 64, oneToken: 320, tuned: 16 } },
  '160m': { vocab: 32_000, slice: { fewShot: 16, oneToken: 80, tuned: 8 } },
};

const WORKERS_MODELS = new Set(['1m', '8m']);

const { values } = parseArgs({
  options: {
    models: { type: 'string', default: Object.keys(MODELS).join(',') },
    only: { type: 'string', default: SECTIONS.join(',') },
    rounds: { type: 'string', default: '5' },
    output: { type: 'string', short: 'o' },
  },
});
const rounds = Number(values.rounds);
const wanted = new Set(values.only.split(','));

const lines = [];
const machine = await describeMachine();
for (const name of values.models.split(',')) {
  const model = openModel(name);
  const works = makeWorks(Tokenizer.fromFile(join(model.directory, 'tokenizer.json')));
  const how = { works, rounds, slice: MODELS[name].slice };
  if (wanted.has('prefill') && name === '160m') report(await rows.prefill(model, { rounds }));
  if (wanted.has('workers') && WORKERS_MODELS.has(name)) report(await rows.workers(model, how));
  const { sections = SECTIONS } = MODELS[name];
  if (wanted.has('scoring') && sections.includes('scoring')) report(await rows.scoring(model, how));
  if (wanted.has('generating') && sections.includes('generating')) report(await rows.generating(model, how));
}
if (wanted.has('trials')) report(await rows.manyTrials(ROOT, { rounds, limit: 40 }));
console.log(page());

/** A synthetic model, built if it is not there. */
function openModel(name) {
  const family = join(ROOT, 'bench/models/engine');
  const directory = join(family, `llama-${name}`);
  if (!existsSync(join(directory, 'config.json'))) {
    const flags = ['--params', name, '--vocab', String(MODELS[name].vocab), '-o', family];
    execFileSync(process.execPath, [join(ROOT, 'dist/cli/main.js'), 'models', 'build', ...flags], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  return { name: `llama-${name}`, directory };
}

/** Keeps lines, and writes all so far: what was measured is not lost with what follows. */
function report(found) {
  lines.push(...found);
  if (values.output !== undefined) writeFileSync(values.output, page());
  for (const { work, model, against, ratio } of found) {
    process.stderr.write(`${model}: ${work} against ${against}: ${ratio.toFixed(2)}\n`);
  }
}

function page() {
  const { cpu, memoryBytes, os, versions, commit } = machine;
  const runtime = versions['onnxruntime-node'];
  const peer = readFileSync(join(import.meta.dirname, 'node_modules/@huggingface/transformers/package.json'));
  const { version } = JSON.parse(peer);
  const table = lines.map((line) => {
    const { work, model, ours, against, theirs, unit, ratio, ofProcessor, target, equal, how } = line;
    const verdict = target === null ? '' : ratio >= target ? 'yes' : 'no';
    const goal = target === null ? '' : `${target}x`;
    const rates = `${ours.toPrecision(3)} | ${against} | ${theirs.toPrecision(3)} | ${unit}`;
    return `| ${work} | ${model} | ${rates} | ${ratio.toFixed(2)}x | ${ofProcessor?.toFixed(2) ?? ''} | ${goal} | ${verdict} | ${equal} | ${how} |`;
  });
  return [
    `${cpu.model}, ${cpu.usableCores} cores, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB; ${os.name}; Node ${process.version}, ` +
      `onnxruntime-node ${runtime}, transformers.js ${version}; commit ${commit}; load average at the end ${loadavg()[0].toFixed(2)}; ` +
      `medians of ${rounds} interleaved rounds after one of warm-up`,
    '',
    '| work | model | scalesweep | against | its rate | unit | ratio | of processor time | wanted | met | difference | workers x threads; peer |',
    '| --- | --- | ---: | --- | ---: | --- | ---: | ---: | ---: | --- | --- | --- |',
    ...table,
    '',
  ].join('\n');
}
