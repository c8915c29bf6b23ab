import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SweepError } from '../errors.js';
import type { TextCodec } from './text-codec.js';

/** What a model directory's JSON files say that scoring and generation follow. */
export interface ModelSettings {
  /** Longest input in tokens. */
  readonly maxLength: number;
  /** Fed before an empty context and before the first rolling window: BOS, else EOS. */
  readonly prefixToken: number;
  /** The prefix token as text: BOS is not added to a text that starts with it. */
  readonly prefixText: string;
  /** Ids that end a generation. */
  readonly endTokens: readonly number[];
  /** The EOS token as text, which also ends one. */
  readonly endText: string | null;
}

type Json = Readonly<Record<string, unknown>>;

const LENGTH_KEYS = ['n_positions', 'max_position_embeddings', 'n_ctx'];
// transformers writes "no limit" as a huge number.
const NO_LIMIT = 1e12;
const DEFAULT_LENGTH = 2048;

/** Reads config.json, generation_config.json and tokenizer_config.json as lm-evaluation-harness does. */
export function readModelSettings(directory: string, codec: TextCodec): ModelSettings {
  const config = readJson(join(directory, 'config.json'));
  const generation = readJson(join(directory, 'generation_config.json'));
  const tokenizer = readJson(join(directory, 'tokenizer_config.json'));
  const bosText = tokenText(tokenizer['bos_token']);
  const eosText = tokenText(tokenizer['eos_token']);
  const eos = [idOf(codec, eosText), generation['eos_token_id'], config['eos_token_id']].flat().filter(isId);
  const prefixToken = [idOf(codec, bosText), idOf(codec, eosText), config['bos_token_id'], eos[0]].find(isId);
  if (prefixToken === undefined) {
    throw new SweepError(
      'NO_PREFIX_TOKEN',
      `Expected a BOS or EOS token in ${directory} (bos_token or eos_token of tokenizer_config.json, or bos_token_id of config.json), but there is none; scoring needs one before an empty context.`,
    );
  }
  const named = [bosText, eosText].find((text) => text !== null && idOf(codec, text) === prefixToken);
  const prefixText = named ?? codec.decode(Uint32Array.of(prefixToken));
  return {
    maxLength: maxLengthOf(config, tokenizer),
    prefixToken,
    prefixText,
    endTokens: [...new Set(eos)].sort((a, b) => a - b),
    endText: eosText,
  };
}

/** Longest input in tokens: the configuration's, else the tokenizer's, else lm-evaluation-harness's 2048. */
export function maxLengthOf(config: Json, tokenizer: Json): number {
  const inner = config['text_config'];
  for (const source of [inner, config]) {
    if (typeof source !== 'object' || source === null) continue;
    for (const key of LENGTH_KEYS) {
      const value = (source as Json)[key];
      if (typeof value === 'number' && value > 0) return value;
    }
  }
  const limit = tokenizer['model_max_length'];
  return typeof limit === 'number' && limit < NO_LIMIT ? limit : DEFAULT_LENGTH;
}

function idOf(codec: TextCodec, token: string | null): number | undefined {
  return token === null ? undefined : codec.tokenToId(token);
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

// A special token stands as text or as an AddedToken object.
function tokenText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  const content = (value as Json | null | undefined)?.['content'];
  return typeof content === 'string' ? content : null;
}

function readJson(file: string): Json {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Json;
  } catch (error) {
    throw new SweepError(
      'BAD_JSON',
      `Expected ${file} to be JSON, but it cannot be read: ${(error as Error).message}.`,
      {
        cause: error,
      },
    );
  }
}
