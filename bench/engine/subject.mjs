// One subject a process: `subject.mjs NAME OPTIONS`; then it answers {way, asked} with milliseconds and answers.
const OPEN = {
  scalesweep: async (options) => (await import('./scalesweep.mjs')).openScalesweep(options),
  'transformers.js': async (options) => (await import('./transformers.mjs')).openTransformers(options),
  'bare loop': async (options) => (await import('./bare-loop.mjs')).openBareLoop(options),
  prefill: async (options) => (await import('./prefill.mjs')).openPrefill(options),
};

const [name, options] = process.argv.slice(2);
const ways = await OPEN[name](JSON.parse(options));
process.on('message', ({ way, asked }) => {
  const start = performance.now();
  const sendAnswers = (answers) => process.send({ ms: performance.now() - start, answers });
  ways[way](asked).then(sendAnswers, ({ stack }) => process.send({ error: stack }));
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
