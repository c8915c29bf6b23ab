import { fork } from 'node:child_process';
import { setTimeout as rest } from 'node:timers/promises';
import { medianInterval } from '../../dist/stats/median-interval.js';
import { createRandom, shuffled } from '../../dist/stats/random.js';

const random = createRandom('engine bench order');
// onnxruntime's threads go on spinning for a while after a run: they would take a core from whoever is next.
const REST_MS = 100;

/** Starts a subject in a process of its own. */
export async function openSubject(name, options) {
  const child = fork(new URL('./subject.mjs', import.meta.url), [name, JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const reply = () =>
    new Promise((resolve, reject) => {
      const ended = (code) => reject(new Error(`${name} ended with code ${code}`));
      child.once('exit', ended);
      child.once('message', (message) => {
        child.off('exit', ended);
        if (message.error === undefined) resolve(message);
        else reject(new Error(`${name}: ${message.error}`));
      });
    });
  await reply();
  return {
    ask: async (way, asked) => {
      const answer = reply();
      child.send({ way, asked });
      return await answer;
    },
    close: () => child.disconnect(),
  };
}

/**
 * Times entrants `{name, subject, way, asked, count}`, interleaved in a new order every round with a rest before each, after one
 * round of warm-up. Gives each its median milliseconds for one of `count`, of wall and of processor time, and its last answers.
 */
export async function race(entrants, rounds) {
  const results = new Map(entrants.map((entrant) => [entrant, { times: [], cpu: [], answers: null }]));
  for (let round = -1; round < rounds; round++) {
    for (const entrant of shuffled(entrants, random)) {
      await rest(REST_MS);
      const { ms, cpuMs, answers } = await entrant.subject.ask(entrant.way, entrant.asked);
      const result = results.get(entrant);
      result.answers = answers;
      if (round < 0) continue;
      result.times.push(ms / entrant.count);
      result.cpu.push(cpuMs / entrant.count);
    }
  }
  return entrants.map((entrant) => {
    const { times, cpu, answers } = results.get(entrant);
    return { ...entrant, median: medianInterval(times).median, cpu: medianInterval(cpu).median, answers };
  });
}

/** The fastest of some variants of what is asked, by one call each after a warm-up. */
export async function fastest(subject, way, variants) {
  let best = null;
  for (const asked of variants) {
    await subject.ask(way, asked);
    const { ms } = await subject.ask(way, asked);
    if (best === null || ms < best.ms) best = { asked, ms };
  }
  return best.asked;
}

/** Largest difference of two lists of numbers, or the number of texts that differ. */
export function difference(a, b) {
  return a.reduce((most, value, index) => {
    if (typeof value === 'string') return most + (value === b[index] ? 0 : 1);
    return Math.max(most, Math.abs(value - b[index]));
  }, 0);
}
