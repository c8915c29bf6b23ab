import { join } from 'node:path';
import { loadFamily } from '../../dist/catalog/load-family.js';
import { loadTasks } from '../../dist/task/load-tasks.js';
import { prepareWorkload } from '../../dist/task/prepare-workload.js';
import { difference, fastest, openSubject, race } from './measure.mjs';

// What is compared. Every function gives lines {work, model, ours, against, theirs, unit, ratio, target, equal, note}.

const CORES = 2;
const LAYOUTS = [
  { workers: CORES, threads: 1 },
  { workers: 1, threads: CORES },
];
// Padded tokens of a batch that are tried for transformers.js.
const BATCHES = [256, 1024, 4096];
const NATS = 1e-4;
// As a sweep has them: enough that the start of the first and the end of the last are little of all.
const TRIALS_AT_ONCE = 12;

/** Multiple choice: against transformers.js and against our own engine without programs; each work by the layout that suits it. */
export async function scoring(model, { works, slice, rounds }) {
  const { directory } = model;
  const peer = await fastestPeer(directory, works.fewShot.slice(0, slice.tuned));
  const ours = await fastestLayout(directory, works.fewShot.slice(0, slice.tuned * 4));
  const off = await openSubject('scalesweep', { ...ours.layout, programs: false });
  const lines = [];
  const few = works.fewShot.slice(0, slice.fewShot);
  const entrant = (subject, way, requests, more) => ({
    subject,
    way,
    count: requests.length,
    asked: { directory, requests, ...more },
  });
  const batchTokens = await tunedBatch(peer.subject, 'rows', { requests: few.slice(0, slice.tuned) });
  const [own, plain, rows] = await race(
    [
      entrant(ours.subject, 'answer', works.fewShot),
      entrant(off, 'answer', few),
      entrant(peer.subject, 'rows', few, { batchTokens }),
    ],
    rounds,
  );
  const work = '5-shot, 4 choices of several tokens';
  const how = `${describe(ours.layout)}; ${batchTokens} tokens a batch, ${peer.threads} threads`;
  lines.push(
    line({ work, model, own, other: rows, against: 'transformers.js, a row a request', target: 10, how }),
  );
  lines.push(line({ work, model, own, other: plain, against: 'scalesweep, programs off', target: 4, how }));
  off.close();
  ours.subject.close();
  const oneOurs = await fastestLayout(directory, works.oneToken);
  const one = works.oneToken.slice(0, slice.oneToken);
  const tuned = { requests: one.slice(0, slice.tuned * 4) };
  const [perRow, perContext] = [
    await tunedBatch(peer.subject, 'rows', tuned),
    await tunedBatch(peer.subject, 'contexts', tuned),
  ];
  const [ownOne, oneRows, contexts] = await race(
    [
      entrant(oneOurs.subject, 'answer', works.oneToken),
      entrant(peer.subject, 'rows', one, { batchTokens: perRow }),
      entrant(peer.subject, 'contexts', one, { batchTokens: perContext }),
    ],
    rounds,
  );
  const single = '0-shot, 4 choices of one token';
  const howOne = `${describe(oneOurs.layout)}; ${perRow} and ${perContext} tokens a batch, ${peer.threads} threads`;
  const against = 'transformers.js, a row a request';
  lines.push(line({ work: single, model, own: ownOne, other: oneRows, against, target: 6, how: howOne }));
  const byHand = 'transformers.js, a row a context (by hand)';
  lines.push(
    line({ work: single, model, own: ownOne, other: contexts, against: byHand, target: null, how: howOne }),
  );
  oneOurs.subject.close();
  peer.subject.close();
  return lines;
}

/** Greedy generation: 64 tokens after 64, one prompt and sixteen; both sides with the better of one thread and two. */
export async function generating(model, { works, rounds }) {
  const { directory } = model;
  const open = async (name, way) =>
    await Promise.all(
      [1, CORES].map(async (threads) => {
        const subject = await openSubject(name, { directory, workers: 1, threads });
        return { threads, subject, way };
      }),
    );
  const sides = [await open('scalesweep', 'answer'), await open('transformers.js', 'generate')];
  const lines = [];
  for (const [name, target] of [
    ['generate1', 1.5],
    ['generate16', 3],
  ]) {
    const requests = works[name];
    const entrants = sides
      .flat()
      .map((side) => ({ ...side, asked: { directory, requests }, count: requests.length }));
    const raced = await race(entrants, rounds);
    const [own, other] = ['answer', 'generate'].map(
      (way) => raced.filter((entrant) => entrant.way === way).toSorted((a, b) => a.median - b.median)[0],
    );
    const work = `generation of 64 tokens after 64, batch ${requests.length}`;
    const how = `1 x ${own.threads}; ${other.threads} threads`;
    lines.push(line({ work, model, own, other, against: 'transformers.js generate', target, how }));
  }
  for (const { subject } of sides.flat()) subject.close();
  return lines;
}

/** Two workers against one: several trials at once, as in a sweep. */
export async function workers(model, { works, rounds }) {
  const { directory } = model;
  const asked = Array.from({ length: TRIALS_AT_ONCE }, (_, index) => ({
    directory,
    requests: index % 2 === 0 ? works.fewShot : works.oneToken,
  }));
  const count = asked.reduce((sum, { requests }) => sum + requests.length, 0);
  const two = await openSubject('scalesweep', { workers: 2 });
  const one = await openSubject('scalesweep', { workers: 1 });
  const [own, other] = await race(
    [two, one].map((subject) => ({ subject, way: 'trials', asked, count })),
    rounds,
  );
  two.close();
  one.close();
  const flat = {
    own: { ...own, answers: own.answers.flat() },
    other: { ...other, answers: other.answers.flat() },
  };
  return [
    line({ work: '2 workers', model, ...flat, against: '1 worker', target: 1.9, how: '1 thread each' }),
    await bareProcesses(model, { asked, count, rounds }),
  ];
}

/** What the machine itself gives to two at once: the same calls in two bare processes against one. */
async function bareProcesses(model, { asked, count, rounds }) {
  const trials = asked.map((trial) => ({ ...trial, file: join(trial.directory, 'onnx/model.onnx') }));
  const loops = await Promise.all([1, 2].map(() => openSubject('bare loop', {})));
  for (const loop of loops) await loop.ask('record', trials);
  const both = async (way, given) => {
    const ended = await Promise.all(loops.map((loop) => loop.ask(way, given)));
    return {
      ms: Math.max(...ended.map(({ ms }) => ms)),
      cpuMs: ended.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      answers: null,
    };
  };
  const [own, other] = await race(
    [
      { subject: { ask: both }, way: 'replay', asked: null, count: loops.length * count },
      { subject: loops[0], way: 'replay', asked: null, count },
    ],
    rounds,
  );
  for (const loop of loops) loop.close();
  const how = 'the same session.run calls with nothing around them: the most that two workers can have here';
  return line({ work: '2 bare processes', model, own, other, against: '1 bare process', target: null, how });
}

/** Many small trials of the shipped family: the engine with one worker against its own session.run calls in a bare loop. */
export async function manyTrials(root, { rounds, limit }) {
  const family = await loadFamily(join(root, 'models/snowflake'));
  const tasks = await loadTasks([join(root, 'models/snowflake/tasks/*.yaml')], { includePaths: [] });
  const workloads = await Promise.all(
    tasks.map((task) => prepareWorkload(task, { shots: task.config.numFewshot ?? 0, limit, seed: 1234 })),
  );
  const trials = family.models
    .filter(({ name }) => name.endsWith('seed0'))
    .flatMap(({ directory, files }) =>
      workloads.map(({ id, samples }) => ({
        directory,
        file: files.fp32,
        workloadId: id,
        requests: samples.flatMap(({ requests }) => requests),
      })),
    );
  const loop = await openSubject('bare loop', {});
  const { answers: calls } = await loop.ask('record', trials);
  const engine = await openSubject('scalesweep', { workers: 1 });
  const count = trials.length;
  const [own, other] = await race(
    [
      { subject: engine, way: 'trials', asked: trials, count },
      { subject: loop, way: 'replay', asked: null, count },
    ],
    rounds,
  );
  engine.close();
  loop.close();
  const how = `${count} trials of ${limit} samples, ${calls} calls; 1 worker`;
  const model = { name: 'snowflake, 9 scales' };
  const against = 'a bare loop over the same session.run calls';
  return [line({ work: 'many small trials', model, own, other, against, target: 0.97, how })];
}

/** Prefill of 2 x 512 tokens against the rate of one large MatMul through the same runtime. */
export async function prefill(model, { rounds }) {
  const subject = await openSubject('prefill', { directory: model.directory, threads: CORES });
  const rates = { prefill: [], multiply: [] };
  for (let round = -1; round < rounds; round++) {
    for (const way of ['multiply', 'prefill']) {
      const { answers } = await subject.ask(way, null);
      if (round >= 0) rates[way].push(answers.flopsPerSecond / 1e9);
    }
  }
  subject.close();
  const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
  const [own, roof] = [median(rates.prefill), median(rates.multiply)];
  const common = {
    work: 'prefill of 2 x 512 tokens',
    model: model.name,
    unit: 'GFLOP/s',
    ofProcessor: null,
    equal: '',
  };
  const against = 'fp32 MatMul 1024 x 2048 x 2048';
  return [
    { ...common, ours: own, against, theirs: roof, ratio: own / roof, target: 0.8, how: `${CORES} threads` },
  ];
}

async function fastestPeer(directory, requests) {
  const subjects = await Promise.all(
    [CORES, 1].map(async (threads) => ({
      threads,
      subject: await openSubject('transformers.js', { directory, threads }),
    })),
  );
  return await keepFastest(subjects, ({ subject }) => subject.ask('rows', { requests, batchTokens: 1024 }));
}

async function fastestLayout(directory, requests) {
  const subjects = await Promise.all(
    LAYOUTS.map(async (layout) => ({ layout, subject: await openSubject('scalesweep', layout) })),
  );
  return await keepFastest(subjects, ({ subject }) => subject.ask('answer', { directory, requests }));
}

async function keepFastest(entries, ask) {
  const timed = [];
  for (const entry of entries) {
    await ask(entry);
    timed.push({ entry, ms: (await ask(entry)).ms });
  }
  const [best, ...others] = timed.toSorted((a, b) => a.ms - b.ms);
  for (const { entry } of others) entry.subject.close();
  return best.entry;
}

async function tunedBatch(subject, way, asked) {
  const variants = BATCHES.map((batchTokens) => ({ ...asked, batchTokens }));
  return (await fastest(subject, way, variants)).batchTokens;
}

const describe = ({ workers: count, threads }) => `${count} x ${threads}`;

/** A line of the table. Throws where the two sides do not give the same answers. */
function line({ work, model, own, other, against, target, how }) {
  const compared = other.answers === null ? 0 : difference(other.answers, own.answers);
  if (compared > NATS) throw new Error(`${work}, ${model.name}: ${against} answers otherwise (${compared})`);
  const isText = typeof other.answers?.[0] === 'string';
  const equal = other.answers === null ? '' : isText ? 'same texts' : `${compared.toExponential(0)} nats`;
  const [ours, theirs] = [1000 / own.median, 1000 / other.median];
  const unit = work === 'many small trials' ? 'trials/s' : 'requests/s';
  const ratios = { ratio: ours / theirs, ofProcessor: other.cpu / own.cpu };
  return { work, model: model.name, unit, ours, against, theirs, ...ratios, target, equal, how };
}
