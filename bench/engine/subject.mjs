import { readFileSync } from 'node:fs';

// One subject a process: `subject.mjs NAME OPTIONS`; then it answers {way, asked} with milliseconds and answers.
const OPEN = {
  scalesweep: async (options) => (await import('./scalesweep.mjs')).openScalesweep(options),
  'transformers.js': async (options) => (await import('./transformers.mjs')).openTransformers(options),
  'bare loop': async (options) => (await import('./bare-loop.mjs')).openBareLoop(options),
  prefill: async (options) => (await import('./prefill.mjs')).openPrefill(options),
};

const [name, options] = process.argv.slice(2);
const ways = await OPEN[name](JSON.parse(options));
// Processor time of this process and of an engine process that it holds, in milliseconds (Linux; steps of 10 ms for the latter).
const TICK_MS = 10;
function processorMs() {
  const { user, system } = process.cpuUsage();
  const pid = ways.pid?.();
  if (pid === undefined) return (user + system) / 1000;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (user + system) / 1000 + TICK_MS * (Number(fields[11]) + Number(fields[12]));
}

process.on('message', ({ way, asked }) => {
  const start = performance.now();
  const used = processorMs();
  const sendAnswers = (answers) =>
    process.send({ ms: performance.now() - start, cpuMs: processorMs() - used, answers });
  ways[way](asked).then(sendAnswers, ({ stack }) => process.send({ error: stack }));
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
