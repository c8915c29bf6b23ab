import { expect, test } from 'vitest';
import type { TextRequest } from '../../src/domain/request.js';
import { encodeRequests } from '../../src/session/encode-requests.js';
import { promptOf, sequencesOf } from '../../src/session/sequence.js';
import { rollingWindows } from '../../src/session/rolling-windows.js';
import type { BatchEncoder } from '../../src/session/text-codec.js';
import { encodeEach } from '../helpers/encode-each.js';

// Ids are code points; 1 stands before a text when special tokens are asked for, and is written "^".
const codec: BatchEncoder = {
  encodeBatch: encodeEach((text, { addSpecialTokens }) => {
    const ids = Array.from(text, (char) => (char === '^' ? 1 : (char.codePointAt(0) ?? 0)));
    return Uint32Array.from(addSpecialTokens ? [1, ...ids] : ids);
  }),
};
const settings = { prefixToken: 1, prefixText: '^' };

function pair(context: string, continuation: string): [string, string] {
  const [request] = encodeRequests([{ kind: 'loglikelihood', context, continuation }], codec, settings);
  if (request?.kind !== 'loglikelihood') throw new Error('not a pair');
  const text = (ids: Uint32Array): string => String.fromCodePoint(...ids).replaceAll('\u0001', '^');
  return [text(request.context), text(request.continuation)];
}

test.each([
  ['q: ', 'a', '^q:', ' a'],
  ['q:\n\t ', 'a', '^q:', '\n\t a'],
  ['q:\u00a0\u3000\u0085\u001c', 'a', '^q:', '\u00a0\u3000\u0085\u001ca'],
  ['q:\ufeff', 'a', '^q:\ufeff', 'a'], // a byte order mark is no blank to Python
  ['q:', ' a', '^q:', ' a'],
  ['^q:', ' a', '^q:', ' a'], // written BOS: none is added
  ['', 'a', '^', 'a'],
  ['', '^a', '^', 'a'],
])('context %j with continuation %j is scored as %j then %j', (context, continuation, first, second) => {
  expect(pair(context, continuation)).toEqual([first, second]);
});

test('texts go to the tokenizer in one call each with and without special tokens, and a context that comes again once', () => {
  const asked: [readonly string[], boolean][] = [];
  const spied: BatchEncoder = {
    encodeBatch: (texts, options) => {
      asked.push([texts, options.addSpecialTokens]);
      return codec.encodeBatch(texts, options);
    },
  };
  const choice = (context: string, continuation: string): TextRequest => ({
    kind: 'loglikelihood',
    context,
    continuation,
  });
  const requests = [choice('q', 'a'), choice('q', 'b'), choice('', 'c'), choice('^r', 'd'), choice('q', 'e')];
  const encoded = encodeRequests(requests, spied, settings);
  expect(asked).toEqual([
    [['q', 'qa', 'qb', 'qe'], true],
    [['c', '^r', '^rd'], false],
  ]);
  const contexts = encoded.map((request) => (request.kind === 'loglikelihood' ? request.context : null));
  expect(contexts[1]).toBe(contexts[0]);
  expect(contexts[4]).toBe(contexts[0]);
});

test('a continuation without tokens of its own is refused with a sentence', () => {
  expect(() => pair('q:', '')).toThrow(/^Expected the continuation of request 0 to have tokens of its own/);
});

const ids = (...values: number[]): Uint32Array => Uint32Array.from(values);

test('a long context loses its beginning', () => {
  const request = { kind: 'loglikelihood', context: ids(1, 2, 3, 4, 5), continuation: ids(6, 7) } as const;
  const [row] = sequencesOf(request, { maxLength: 4, prefixToken: 1 });
  expect(row).toEqual({ tokens: ids(3, 4, 5, 6), from: 2, targets: ids(6, 7) });
});

test('a continuation longer than the model is refused', () => {
  const request = { kind: 'loglikelihood', context: ids(1), continuation: ids(2, 3, 4) } as const;
  expect(() => sequencesOf(request, { maxLength: 2, prefixToken: 1 })).toThrow(
    /^Expected continuations of at most 2 tokens/,
  );
});

test('a prompt leaves room for the answer', () => {
  const request = { kind: 'generate_until', prompt: ids(1, 2, 3, 4, 5), until: [], maxNewTokens: 3 } as const;
  expect(promptOf(request, { maxLength: 5, prefixToken: 1 })).toEqual(ids(4, 5));
  expect(() => promptOf(request, { maxLength: 3, prefixToken: 1 })).toThrow(/^Expected room for a prompt/);
});

test('windows predict every token once, the later ones with all the context that fits', () => {
  expect(rollingWindows(ids(10, 11, 12, 13, 14, 15, 16), 1, 3)).toEqual([
    { context: ids(1), targets: ids(10, 11, 12) },
    { context: ids(12), targets: ids(13, 14, 15) },
    { context: ids(13, 14, 15), targets: ids(16) },
  ]);
  expect(rollingWindows(ids(), 1, 3)).toEqual([]);
  expect(rollingWindows(ids(10), 1, 3)).toEqual([{ context: ids(1), targets: ids(10) }]);
});
