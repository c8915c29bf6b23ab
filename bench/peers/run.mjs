import { fork } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { medianInterval } from '../../dist/stats/median-interval.js';
import { createRandom, shuffled } from '../../dist/stats/random.js';

// usage: run.mjs MODEL_DIRECTORY [repetitions] [prompt] [generated]
const [directory, repetitions = '12', prompt = '256', generated = '32'] = process.argv.slice(2);
const NAMES = ['scalesweep', 'transformers.js', 'llama.cpp'];
const VOCABULARY = 32_000;
const random = createRandom('peers');

const subjects = await Promise.all(NAMES.map(open));
const tests = [
  { name: `pp${prompt} (+1)`, length: Number(prompt), count: 1, rate: Number(prompt) },
  { name: `tg${generated}`, length: 1, count: Number(generated), rate: Number(generated) },
];
const cells = tests.flatMap((test) => subjects.map((subject) => ({ test, subject, times: [], made: [] })));
console.log(`${cpus()[0].model}, ${cpus().length} cores, load average ${loadavg()[0].toFixed(2)}\n`);
for (let round = -2; round < Number(repetitions); round++) {
  const inputs = new Map(tests.map((test) => [test, draw(test.length)]));
  for (const cell of shuffled(cells, random)) {
    const { ms, made } = await ask(cell.subject.child, inputs.get(cell.test), cell.test.count);
    if (made.length !== cell.test.count) throw new Error(`${cell.subject.name} made ${made.length} tokens`);
    if (round < 0) continue; // two rounds of warm-up
    cell.times.push(ms);
    cell.made.push(made.join(' '));
  }
}
console.log('| test | subject | ms (median) | 95% CI | t/s | against scalesweep | same tokens |');
console.log('| --- | --- | ---: | --- | ---: | ---: | ---: |');
for (const { test, subject, times, made } of cells) {
  const { median, ci95 } = medianInterval(times);
  const ours = cells.find((cell) => cell.test === test && cell.subject.name === 'scalesweep');
  const same = made.filter((text, index) => text === ours.made[index]).length;
  const ratio = (medianInterval(ours.times).median / median).toFixed(2);
  const interval = ci95.map((value) => value.toFixed(1)).join(' to ');
  const rate = ((1000 * test.rate) / median).toFixed(1);
  console.log(
    `| ${test.name} | ${subject.name} | ${median.toFixed(1)} | ${interval} | ${rate} | ${ratio}x | ${same}/${made.length} |`,
  );
}
for (const { child } of subjects) child.kill();

async function open(name) {
  const child = fork(new URL('./subjects.mjs', import.meta.url), [name, directory], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`${name} ended with code ${code}`)));
  });
  return { name, child };
}

function ask(child, ids, count) {
  return new Promise((resolve) => {
    child.once('message', resolve);
    child.send({ ids, count });
  });
}

function draw(length) {
  return Array.from({ length }, () => random.integer(VOCABULARY));
}
