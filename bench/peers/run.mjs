import { fork } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { foreignShare, IdleWait } from '../../dist/bench/idle-wait.js';
import { addCounters, countersBetween, readMachineCounters } from '../../dist/bench/machine-watch.js';
import { medianInterval } from '../../dist/stats/median-interval.js';
import { createRandom, shuffled } from '../../dist/stats/random.js';

// usage: run.mjs MODEL_DIRECTORY [repetitions] [prompt] [generated]
const [directory, repetitions = '12', prompt = '256', generated = '32'] = process.argv.slice(2);
const NAMES = ['scalesweep', 'transformers.js', 'llama.cpp'];
const VOCABULARY = 32_000;
const PATIENCE_MS = 500;
const random = createRandom('peers');

const subjects = await Promise.all(NAMES.map(open));
const tests = [
  { name: `pp${prompt} (+1)`, length: Number(prompt), count: 1, rate: Number(prompt) },
  { name: `tg${generated}`, length: 1, count: Number(generated), rate: Number(generated) },
];
const cells = tests.flatMap((test) => subjects.map((subject) => ({ test, subject, times: [], made: [] })));
const read = () => readMachineCounters(subjects.map(({ child }) => child.pid));
const idle = new IdleWait(PATIENCE_MS, read);
let meanwhile = null;
console.log(`${cpus()[0].model}, ${cpus().length} cores, load average ${loadavg()[0].toFixed(2)}\n`);
for (let round = -2; round < Number(repetitions); round++) {
  const inputs = new Map(tests.map((test) => [test, draw(test.length)]));
  for (const cell of shuffled(cells, random)) {
    await idle.settle();
    const before = read();
    const { ms, made } = await ask(cell.subject.child, inputs.get(cell.test), cell.test.count);
    if (made.length !== cell.test.count) throw new Error(`${cell.subject.name} made ${made.length} tokens`);
    if (round < 0) continue; // two rounds of warm-up
    const passed = countersBetween(before, read());
    meanwhile = meanwhile === null ? passed : addCounters(meanwhile, passed);
    cell.times.push(ms);
    cell.made.push(made.join(' '));
  }
}
console.log(
  '| test | subject | ms (median) | 95% CI | t/s | scalesweep is faster by | 95% CI | same tokens |',
);
console.log('| --- | --- | ---: | --- | ---: | ---: | --- | ---: |');
for (const { test, subject, times, made } of cells) {
  const ours = cells.find((cell) => cell.test === test && cell.subject.name === 'scalesweep');
  const { median, ci95 } = medianInterval(times);
  // A round's repetitions have the same input and stand close in time: its ratio is free of what drifts.
  const ratio = medianInterval(times.map((time, round) => time / ours.times[round]));
  const same = made.filter((text, round) => text === ours.made[round]).length;
  const cellsOfRow = [
    test.name,
    subject.name,
    median.toFixed(1),
    interval(ci95, 1),
    ((1000 * test.rate) / median).toFixed(1),
    `${ratio.median.toFixed(2)}x`,
    interval(ratio.ci95, 2),
    `${same}/${made.length}`,
  ];
  console.log(`| ${cellsOfRow.join(' | ')} |`);
}
const foreign = (100 * foreignShare(meanwhile)).toFixed(1);
console.log(
  `\n${repetitions} rounds; other processes took ${foreign}% of the processors while repetitions ran; ${(idle.waitedMs / 1000).toFixed(0)} s were waited for them.`,
);
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

function interval(ci95, digits) {
  return ci95 === null ? '' : ci95.map((value) => value.toFixed(digits)).join(' to ');
}

function draw(length) {
  return Array.from({ length }, () => random.integer(VOCABULARY));
}
