import { basename, dirname, resolve } from 'node:path';
import { AutoModelForCausalLM, AutoTokenizer, env, Tensor } from '@huggingface/transformers';

// transformers.js at its best: batches as large as are fastest (run.mjs tries several), rows sorted by length, every text
// encoded once, log-softmax of the scored positions only, no padding where it can be helped.

/** Opens a model; gives ways of answering, each from requests and a bound of padded tokens a batch to answers. */
export async function openTransformers({ directory, threads }) {
  env.localModelPath = dirname(resolve(directory));
  env.allowRemoteModels = false;
  const tokenizer = await AutoTokenizer.from_pretrained(basename(directory));
  const model = await AutoModelForCausalLM.from_pretrained(basename(directory), {
    dtype: 'fp32',
    device: 'cpu',
    session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
  });
  const known = new Map();
  const encode = (text) => {
    if (!known.has(text)) known.set(text, tokenizer.encode(text));
    return known.get(text);
  };
  const fresh = (work) => async (asked) => {
    known.clear();
    return await work(asked);
  };
  return {
    rows: fresh(({ requests, batchTokens }) => scoreRows(model, requests, { encode, batchTokens })),
    contexts: fresh(({ requests, batchTokens }) => scoreContexts(model, requests, { encode, batchTokens })),
    generate: fresh(({ requests }) => generate(model, requests, { encode, tokenizer })),
  };
}

/** One row a request: its context and its continuation without the last token. */
async function scoreRows(model, requests, { encode, batchTokens }) {
  const rows = requests.map(({ context, continuation }, index) => {
    const whole = encode(context + continuation);
    return { index, tokens: whole.slice(0, -1), targets: whole.slice(encode(context).length) };
  });
  const answers = rows.map(() => 0);
  for (const batch of batchesOf(rows, batchTokens)) {
    const { logits } = await model(feedsOf(batch));
    const [, columns, width] = logits.dims;
    batch.forEach(({ index, tokens, targets }, row) => {
      const first = row * columns + tokens.length - targets.length;
      targets.forEach((target, step) => {
        answers[index] += logProbability(logits.data, (first + step) * width, { width, target });
      });
    });
  }
  return answers;
}

/** One row a context: every continuation of one token is read from the logits of its last position. */
async function scoreContexts(model, requests, { encode, batchTokens }) {
  const byContext = new Map();
  requests.forEach(({ context, continuation }, index) => {
    const known = byContext.get(context) ?? { tokens: encode(context), wanted: [] };
    const targets = encode(context + continuation).slice(known.tokens.length);
    if (targets.length !== 1) throw new Error(`a continuation of ${targets.length} tokens`);
    known.wanted.push({ index, target: targets[0] });
    byContext.set(context, known);
  });
  const answers = requests.map(() => 0);
  for (const batch of batchesOf([...byContext.values()], batchTokens)) {
    const { logits } = await model(feedsOf(batch));
    const [, columns, width] = logits.dims;
    batch.forEach(({ tokens, wanted }, row) => {
      const start = (row * columns + tokens.length - 1) * width;
      for (const { index, target } of wanted) {
        answers[index] = logProbability(logits.data, start, { width, target });
      }
    });
  }
  return answers;
}

async function generate(model, requests, { encode, tokenizer }) {
  const prompts = requests.map(({ context }) => ({ tokens: encode(context) }));
  const columns = Math.max(...prompts.map(({ tokens }) => tokens.length));
  const output = await model.generate({
    ...feedsOf(prompts, { left: true }),
    max_new_tokens: requests[0].maxNewTokens,
    do_sample: false,
    eos_token_id: null,
  });
  return output.tolist().map((ids) => tokenizer.decode(ids.slice(columns)));
}

/** Longest first, so that rows of one batch are of like length. */
function batchesOf(rows, batchTokens) {
  const batches = [];
  for (const row of rows.toSorted((a, b) => b.tokens.length - a.tokens.length)) {
    const batch = batches.at(-1);
    if (batch !== undefined && (batch.length + 1) * batch[0].tokens.length <= batchTokens) batch.push(row);
    else batches.push([row]);
  }
  return batches;
}

function feedsOf(rows, { left = false } = {}) {
  const columns = Math.max(...rows.map(({ tokens }) => tokens.length));
  const ids = new BigInt64Array(rows.length * columns);
  const mask = new BigInt64Array(rows.length * columns);
  rows.forEach(({ tokens }, row) => {
    const start = row * columns + (left ? columns - tokens.length : 0);
    tokens.forEach((id, position) => {
      ids[start + position] = BigInt(id);
      mask[start + position] = 1n;
    });
  });
  const dims = [rows.length, columns];
  return { input_ids: new Tensor('int64', ids, dims), attention_mask: new Tensor('int64', mask, dims) };
}

function logProbability(logits, start, { width, target }) {
  let highest = -Infinity;
  for (let index = start; index < start + width; index++)
    if (logits[index] > highest) highest = logits[index];
  let sum = 0;
  for (let index = start; index < start + width; index++) sum += Math.exp(logits[index] - highest);
  return logits[start + target] - highest - Math.log(sum);
}
