import { SweepError } from '../errors.js';

/** What one point measures. Lengths are in tokens. */
export type BenchTest =
  /** Reading a prompt, as scoring does: the last token's prediction is asked for. */
  | { readonly kind: 'prompt'; readonly prompt: number }
  /** Generating after a context of `depth` tokens (1 for none: the start token). */
  | { readonly kind: 'generate'; readonly generate: number; readonly depth: number }
  /** Reading a prompt and generating, with time to first token and time between tokens. */
  | { readonly kind: 'both'; readonly prompt: number; readonly generate: number }
  /** Multiple choice: several continuations of one shared prefix. */
  | {
      readonly kind: 'score';
      readonly prefix: number;
      readonly choices: number;
      readonly continuation: number;
    }
  /** Requests that arrive at random (Poisson) and wait for each other. */
  | {
      readonly kind: 'server';
      readonly prompt: number;
      readonly generate: number;
      /** Share of the rate that single requests reach, 0 to 1. */
      readonly load: number;
      readonly boundMs: number;
    }
  /** Text to tokens; `bytes` of text at a time. */
  | { readonly kind: 'tokenize'; readonly bytes: number }
  /** A new process that opens the model and answers once. */
  | { readonly kind: 'load' };

/** The name of a test in rows, as users of llama-bench know it. */
export function testName(test: BenchTest): string {
  switch (test.kind) {
    case 'prompt':
      return `pp${test.prompt}`;
    case 'generate':
      return test.depth > 1 ? `tg${test.generate} @ d${test.depth}` : `tg${test.generate}`;
    case 'both':
      return `pp${test.prompt}+tg${test.generate}`;
    case 'score':
      return `mc${test.choices}x${test.continuation} @ d${test.prefix}`;
    case 'server':
      return `server pp${test.prompt}+tg${test.generate} @ ${test.load}`;
    case 'tokenize':
      return `tok${test.bytes}`;
    case 'load':
      return 'load';
  }
}

/** Longest sequence that a test feeds, in tokens; 0 where it feeds none. */
export function longestSequence(test: BenchTest): number {
  switch (test.kind) {
    case 'prompt':
      return test.prompt;
    case 'generate':
      return test.depth + test.generate;
    case 'both':
    case 'server':
      return test.prompt + test.generate;
    case 'score':
      return test.prefix + test.continuation;
    case 'tokenize':
    case 'load':
      return 0;
  }
}

/** Tokens a repetition of one row answers for: what a rate counts. Tokenization is counted when it has run. */
export function tokensOf(test: BenchTest): number {
  switch (test.kind) {
    case 'prompt':
      return test.prompt;
    case 'generate':
      return test.depth > 1 ? test.generate - 1 : test.generate;
    case 'both':
    case 'server':
      return test.prompt + test.generate;
    case 'score':
      return test.prefix + test.choices * test.continuation;
    case 'tokenize':
    case 'load':
      return 0;
  }
}

/** Reads a list such as `128,512` or `128-1024*2` or `1-4+1`. Throws SweepError FLAG. */
export function parseSizes(flag: string, text: string): number[] {
  const parts = text.split(',').map((part) => {
    const [, first = '', last = first, step = '*2'] = /^(\d+)(?:-(\d+)([*+]\d+)?)?$/.exec(part.trim()) ?? [];
    return rangeOf(Number(first), Number(last), step);
  });
  const sizes = parts.flat();
  if (parts.every(({ length }) => length > 0) && sizes.length <= 100) return sizes;
  throw new SweepError(
    'FLAG',
    `Expected sizes such as 512 or 128,512 or 128-1024*2 in ${flag}, got ${JSON.stringify(text)}.`,
  );
}

function rangeOf(first: number, last: number, step: string): number[] {
  const by = Number(step.slice(1));
  if (first < 1 || by < 1 || (step.startsWith('*') && by < 2)) return [];
  const sizes: number[] = [];
  for (
    let size = first;
    size <= last && sizes.length <= 100;
    size = step.startsWith('*') ? size * by : size + by
  ) {
    sizes.push(size);
  }
  return sizes;
}
