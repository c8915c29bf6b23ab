import { expect, test } from 'vitest';
import type { TextRequest } from '../../src/domain/request.js';
import { layoutOf, WorkloadStore } from '../../src/engine/workload-store.js';
import type { ModelSettings } from '../../src/session/model-settings.js';
import type { BatchEncoder } from '../../src/session/text-codec.js';
import { encodeEach } from '../helpers/encode-each.js';

const SETTINGS: ModelSettings = {
  maxLength: 64,
  prefixToken: 0,
  prefixText: '',
  endTokens: [0],
  endText: null,
};
const REQUESTS: TextRequest[] = ['one', 'two'].flatMap((context) =>
  [' a', ' b'].map((continuation): TextRequest => ({ kind: 'loglikelihood', context, continuation })),
);

/** One id a letter; counts how often it is asked, and how often a workload is sent for. */
function counting() {
  const counts = { encoded: 0, loaded: 0 };
  const codec: BatchEncoder = {
    encodeBatch: encodeEach((text) => {
      counts.encoded++;
      return Uint32Array.from(Buffer.from(text));
    }),
  };
  const load = async () => {
    counts.loaded++;
    return await Promise.resolve({ requests: REQUESTS, codec });
  };
  return { counts, load };
}

test('a workload is tokenised once for all models that share a tokenizer, however many ask at once', async () => {
  const { counts, load } = counting();
  const store = new WorkloadStore();
  const key = { tokenizerDigest: 'd', workloadId: 'w', settings: SETTINGS };
  const [first, second] = await Promise.all([store.encoded(key, load), store.encoded(key, load)]);
  const longer = { ...key, settings: { ...SETTINGS, maxLength: 128 } };
  const third = await store.encoded(longer, load);
  expect(second).toBe(first);
  expect(third).toBe(first);
  // Two contexts and four whole texts: what repeats is not encoded again either.
  expect(counts).toEqual({ encoded: 6, loaded: 1 });
});

test('of workloads that come at once the first is ready before the next is begun, and one that fails holds none up', async () => {
  const store = new WorkloadStore();
  const events: string[] = [];
  const keyOf = (workloadId: string) => ({ tokenizerDigest: 'd', workloadId, settings: SETTINGS });
  const encode = async (workloadId: string, count: number): Promise<void> => {
    const { load } = counting();
    const { codec } = await load();
    const request: TextRequest = { kind: 'loglikelihood', context: 'one', continuation: ' a' };
    const spied: BatchEncoder = {
      encodeBatch: (texts, options) => {
        if (events.at(-1) !== `${workloadId} begins`) events.push(`${workloadId} begins`);
        if (workloadId === 'broken') throw new Error('no ids');
        return codec.encodeBatch(texts, options);
      },
    };
    const requests = Array.from({ length: count }, () => request);
    await store.encoded(keyOf(workloadId), async () => await Promise.resolve({ requests, codec: spied }));
    events.push(`${workloadId} is ready`);
  };
  const broken = encode('broken', 1);
  await Promise.all([expect(broken).rejects.toThrow('no ids'), encode('long', 1000), encode('short', 1)]);
  expect(events).toEqual(['broken begins', 'long begins', 'long is ready', 'short begins', 'short is ready']);
});

test('another tokenizer, or another first token, is another encoding', async () => {
  const { counts, load } = counting();
  const store = new WorkloadStore();
  const key = { tokenizerDigest: 'd', workloadId: 'w', settings: SETTINGS };
  await store.encoded(key, load);
  await store.encoded({ ...key, tokenizerDigest: 'e' }, load);
  await store.encoded({ ...key, settings: { ...SETTINGS, prefixToken: 1 } }, load);
  expect(counts.loaded).toBe(3);
});

test('batches are made once for all models of one length, and again for another', async () => {
  const { load } = counting();
  const encoded = await new WorkloadStore().encoded(
    { tokenizerDigest: 'd', workloadId: 'w', settings: SETTINGS },
    load,
  );
  const facts = { vocabularySize: 256, modelFile: 'model.onnx' };
  const limits = { maxLength: 64, prefixToken: 0, maxBatchTokens: 512, shares: 'prefixes' } as const;
  expect(layoutOf(encoded, { ...limits }, facts)).toBe(layoutOf(encoded, { ...limits }, facts));
  expect(layoutOf(encoded, { ...limits, maxLength: 32 }, facts)).not.toBe(layoutOf(encoded, limits, facts));
});
