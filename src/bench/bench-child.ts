import { setTimeout as sleep } from 'node:timers/promises';
import { digestOfValue } from '../files/digest.js';
import { openDeviceMeter, type DeviceMeter } from '../machine/device-meter.js';
import { processMemory } from '../machine/process-memory.js';
import { BatchModel } from '../session/batch-model.js';
import type { BatchAnswer, BatchWork } from '../session/batch-work.js';
import { executionProviderName } from '../session/execution-provider.js';
import { timeGraph } from '../session/time-graph.js';
import type { TextCodec } from '../session/text-codec.js';
import { Tokenizer } from '../tokenizer/tokenizer.js';
import type { BenchReply, BenchRequest, Timed, WorkAnswer } from './bench-protocol.js';

// The process that holds a model while it is measured: a crash, a hang or a lack of memory here ends one point only.

const startedAt = performance.now() - process.uptime() * 1000;
let model: BatchModel | null = null;
let meter: DeviceMeter | null = null;
let tokenizer: { readonly file: string; readonly instance: Tokenizer } | null = null;

/** Ids stand for themselves: generated text is the list of ids, so that outputs can be compared without a tokenizer. */
const IDS_AS_TEXT: TextCodec = {
  vocabularySize: 0,
  encode: () => new Uint32Array(),
  decode: (ids) => ids.join(' '),
  tokenToId: () => undefined,
};
const NO_ENDING = { endTokens: [], endText: null, codec: () => IDS_AS_TEXT };

// The parent sends one request at a time.
process.on('message', (request: BenchRequest) => {
  void reply(request).then((answer) => process.send?.(answer));
});

async function reply(request: BenchRequest): Promise<BenchReply> {
  try {
    return await handle(request);
  } catch (error) {
    const { code = 'DEFECT', message } = error as Error & { code?: string };
    return { kind: 'failed', code, reason: message };
  }
}

async function handle(request: BenchRequest): Promise<BenchReply> {
  switch (request.kind) {
    case 'open':
      return open(request);
    case 'answer':
      await coolDown(request.coolTo);
      return {
        kind: 'answered',
        answers: await answerAll(request.works),
        gpu: meter?.gpu?.state() ?? null,
      };
    case 'state':
      return { kind: 'state', pssBytes: processMemory()?.pssBytes ?? null, notes: model?.notes ?? [] };
    case 'idle':
      return watchIdle(request);
    case 'tokenize':
      return tokenize(request);
    case 'roof':
      return { kind: 'roof', ...(await timeGraph(request)) };
  }
}

async function open(request: Extract<BenchRequest, { kind: 'open' }>): Promise<BenchReply> {
  await model?.release();
  const { modelFile, device, threads, first } = request;
  // What a GPU leaves to the CPU makes a row INVALID, not a failure.
  model = new BatchModel({ modelFile, device, threads, allowCpuNodes: true }, { programs: true });
  await model.answer(first, NO_ENDING);
  meter ??= openDeviceMeter(device);
  const provider = executionProviderName(device);
  return { kind: 'opened', provider, ...timedSince(startedAt) };
}

async function answerAll(works: readonly BatchWork[]): Promise<WorkAnswer[]> {
  const open = model;
  if (open === null) throw new Error('a work came before a model');
  const answers: WorkAnswer[] = [];
  for (const work of works) {
    const [opening, running, joules] = [open.openingMs, open.runningMs, meter?.energy?.joules()];
    const [cpu, start] = [process.cpuUsage(), performance.now()];
    const answer = await open.answer(work, NO_ENDING);
    const timed = timedSince(start, cpu);
    const energyJ = joules === undefined ? null : (meter?.energy?.joules() ?? joules) - joules;
    // A program that this work was the first to need was opened meanwhile.
    const elapsedMs = timed.elapsedMs - (open.openingMs - opening);
    answers.push({ ...timed, elapsedMs, runtimeMs: open.runningMs - running, energyJ, ...countsOf(answer) });
  }
  return answers;
}

function countsOf(answer: BatchAnswer): Omit<WorkAnswer, keyof Timed | 'runtimeMs' | 'energyJ'> {
  const { promptTokens } = answer;
  if (answer.kind === 'generate') {
    const generatedTokens = answer.generations.reduce((sum, { nTokens }) => sum + nTokens, 0);
    const digest = digestOfValue(answer.generations.map(({ text }) => text));
    return { promptTokens, generatedTokens, exactDigest: digest, digest };
  }
  const values = [...answer.loglikelihoods];
  return {
    promptTokens,
    generatedTokens: 0,
    exactDigest: digestOfValue(values.map(String)),
    digest: digestOfValue([values.map((value) => value.toFixed(3)), [...answer.greedy]]),
  };
}

const COOLING_STEP_MS = 200;
const COOLING_MAX_MS = 60_000;

/** A hotter GPU draws more power for the same work: waits until it is no warmer than asked, a minute at most. */
async function coolDown(degrees: number | null): Promise<void> {
  if (degrees === null) return;
  for (let waited = 0; waited < COOLING_MAX_MS; waited += COOLING_STEP_MS) {
    const now = meter?.gpu?.state().temperatureC ?? null;
    if (now === null || now <= degrees) return;
    await sleep(COOLING_STEP_MS);
  }
}

async function watchIdle({ device, seconds }: Extract<BenchRequest, { kind: 'idle' }>): Promise<BenchReply> {
  const { energy, gpu } = openDeviceMeter(device);
  let watts: number | null = null;
  if (energy !== null) {
    const [before, start] = [energy.joules(), performance.now()];
    await sleep(1000 * seconds);
    watts = (energy.joules() - before) / ((performance.now() - start) / 1000);
  }
  const settings =
    gpu === null ? null : { ...gpu.settings(), name: gpu.name, temperatureC: gpu.state().temperatureC };
  return { kind: 'idle', watts, gpu: settings };
}

function tokenize(request: Extract<BenchRequest, { kind: 'tokenize' }>): BenchReply {
  const { tokenizerFile, text } = request;
  if (tokenizer?.file !== tokenizerFile) {
    tokenizer = { file: tokenizerFile, instance: Tokenizer.fromFile(tokenizerFile) };
  }
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  const ids = tokenizer.instance.encode(text, { addSpecialTokens: false });
  const timed = timedSince(start, cpu);
  return { kind: 'tokenized', tokens: ids.length, digest: digestOfValue([...ids]), ...timed };
}

function timedSince(start: number, cpu?: NodeJS.CpuUsage): Timed {
  const elapsedMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  return { elapsedMs, cpuMs: (user + system) / 1000, peakRssBytes };
}
