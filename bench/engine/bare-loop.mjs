import { join, resolve } from 'node:path';
import { createRequire } from 'node:module';
import { workOf } from '../../dist/engine/batch-results.js';
import { packBatch } from '../../dist/engine/packed-batch.js';
import { BatchModel } from '../../dist/session/batch-model.js';
import { encodeRequests } from '../../dist/session/encode-requests.js';
import { layOut } from '../../dist/session/layout.js';
import { readModelSettings } from '../../dist/session/model-settings.js';
import { Tokenizer } from '../../dist/tokenizer/tokenizer.js';

const { InferenceSession } = createRequire(new URL('../../package.json', import.meta.url))(
  'onnxruntime-node',
);

/**
 * The same `session.run` calls that the engine makes for some trials, with nothing around them: `record` runs the trials and
 * notes every session and call, `replay` opens the sessions again and makes the calls, one after the other on this thread.
 */
export function openBareLoop() {
  const tape = [];
  return {
    record: async (trials) => {
      await recordOn(tape, trials);
      // Again: the first time may have probed models, whose findings are kept.
      return await recordOn(tape, trials);
    },
    replay: async () => {
      const sessions = new Map();
      for (const step of tape) {
        if (step.kind === 'open') sessions.set(step.id, await InferenceSession.create(...step.given));
        else if (step.kind === 'run') await sessions.get(step.id).run(...step.given);
        else await sessions.get(step.id).release();
      }
      return null;
    },
  };
}

/** Runs the trials, with every session and call on the tape; gives the number of calls. */
async function recordOn(tape, trials) {
  tape.length = 0;
  const untouched = watchSessions(tape);
  let model = null;
  let file = null;
  for (const trial of trials) {
    if (trial.file !== file) {
      await model?.release();
      model = new BatchModel({ modelFile: trial.file, device: 'cpu', threads: 1 }, { programs: true });
      file = trial.file;
    }
    await runTrial(model, trial);
  }
  await model?.release();
  untouched();
  return tape.filter(({ kind }) => kind === 'run').length;
}

async function runTrial(model, { directory, requests, maxBatchTokens = 4096 }) {
  const codec = tokenizerOf(join(resolve(directory), 'tokenizer.json'));
  const settings = readModelSettings(directory, codec);
  const limits = { ...settings, maxBatchTokens, shares: 'beginnings' };
  const { endTokens, endText } = settings;
  const encoded = encodeRequests(requests, codec, settings);
  for (const batch of layOut(encoded, limits).batches) {
    const packed = packBatch(batch, { requests: encoded, shares: limits.shares });
    await model.answer(workOf(packed, maxBatchTokens), { endTokens, endText, codec: () => codec });
  }
}

const tokenizers = new Map();
function tokenizerOf(file) {
  if (!tokenizers.has(file)) tokenizers.set(file, Tokenizer.fromFile(file));
  return tokenizers.get(file);
}

/** Notes what is opened, run and released from now on; gives what ends it. */
function watchSessions(tape) {
  const { create } = InferenceSession;
  InferenceSession.create = async (...given) => {
    const session = await create.apply(InferenceSession, given);
    const id = tape.length;
    tape.push({ kind: 'open', id, given });
    const { run, release } = session;
    session.run = (...call) => {
      tape.push({ kind: 'run', id, given: call });
      return run.apply(session, call);
    };
    session.release = () => {
      tape.push({ kind: 'release', id });
      return release.apply(session);
    };
    return session;
  };
  return () => (InferenceSession.create = create);
}
