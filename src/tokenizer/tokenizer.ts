import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SweepError } from '../errors.js';
import { FLAGS, loadAddon, type NativeDescription, type NativeTokenizer } from './binding.js';
import { TokenStream } from './token-stream.js';

/** How text becomes ids. */
export interface EncodeOptions {
  /** Put the special tokens of the post-processor around the text. @default true */
  readonly addSpecialTokens?: boolean;
  /** Encode special tokens written in the text as plain text instead of as their id. @default false */
  readonly literalSpecials?: boolean;
  /** Apply the truncation stored in the file. @default false */
  readonly truncate?: boolean;
  /** Apply the padding stored in the file. @default false */
  readonly pad?: boolean;
}

/** How ids become text. */
export interface DecodeOptions {
  /** Leave special tokens out of the text. @default true */
  readonly skipSpecialTokens?: boolean;
}

/** Ids of many texts: text i has `ids.subarray(offsets[i], offsets[i + 1])`. */
export interface EncodedBatch {
  readonly ids: Uint32Array;
  readonly offsets: Uint32Array;
}

const POOL_IDS = 1 << 14;

/**
 * A tokenizer.json: text to ids and back, as Hugging Face tokenizers 0.23.2 does it.
 * Each thread makes its own Tokenizer; the tables of equal files are shared within the process.
 */
export class Tokenizer {
  readonly #native: NativeTokenizer;
  readonly #description: NativeDescription;
  readonly #pool = new Uint32Array(POOL_IDS);

  private constructor(native: NativeTokenizer) {
    this.#native = native;
    this.#description = native.describe();
  }

  /** Reads a tokenizer.json; throws a SweepError that says what is wrong with it. */
  static fromFile(path: string): Tokenizer {
    return Tokenizer.fromBuffer(readTokenizerFile(path), path);
  }

  /** Reads the tokenizer.json of a model directory. */
  static fromDirectory(directory: string): Tokenizer {
    return Tokenizer.fromFile(join(directory, 'tokenizer.json'));
  }

  /** Reads the bytes of a tokenizer.json; `name` stands for them in messages. */
  static fromBuffer(bytes: Uint8Array, name = 'the given tokenizer'): Tokenizer {
    const { NativeTokenizer: Native } = loadAddon();
    try {
      return new Tokenizer(new Native(bytes));
    } catch (cause) {
      throw new SweepError('BAD_TOKENIZER', `Cannot use ${name}: ${messageOf(cause)}.`, { cause });
    }
  }

  /** Ids of a text (a string, or UTF-8 bytes), in an array of their own. */
  encode(text: string | Uint8Array, options: EncodeOptions = {}): Uint32Array {
    const count = this.#encode(text, options);
    if (count <= this.#pool.length) return this.#pool.slice(0, count);
    const ids = new Uint32Array(count);
    this.#native.takeLast(ids);
    return ids;
  }

  /** Writes the ids of a text into `target` and returns their number; a RangeError tells how many there are if they do not fit. */
  encodeInto(text: string | Uint8Array, target: Uint32Array, options: EncodeOptions = {}): number {
    checkText(text);
    const count = guard(() => this.#native.encodeInto(text, flagsOf(options), target));
    if (count > target.length) {
      throw new RangeError(`Expected room for ${String(count)} ids, got ${String(target.length)}.`);
    }
    return count;
  }

  /** Ids of many texts in one array; the result does not depend on `threads`. */
  encodeBatch(
    texts: readonly (string | Uint8Array)[],
    options: EncodeOptions & { readonly threads?: number } = {},
  ): EncodedBatch {
    texts.forEach(checkText);
    const threads = options.threads ?? 1;
    if (!Number.isInteger(threads) || threads < 1 || threads > 256) {
      throw new RangeError(`Expected threads to be an integer from 1 to 256, got ${String(threads)}.`);
    }
    return guard(() => this.#native.encodeBatch(texts, flagsOf(options), threads));
  }

  /** The number of ids that `encode` would return. */
  count(text: string | Uint8Array, options: EncodeOptions = {}): number {
    return this.#encode(text, options);
  }

  /** Text of ids; ids that name no token are passed over. */
  decode(ids: ArrayLike<number>, options: DecodeOptions = {}): string {
    const array = ids instanceof Uint32Array ? ids : Uint32Array.from(ids);
    return this.#native.decode(array, options.skipSpecialTokens ?? true);
  }

  /** Decodes ids as they come, never splitting a character. */
  stream(options: DecodeOptions = {}): TokenStream {
    return new TokenStream((ids) => this.decode(ids, options));
  }

  /** The id of a token (as the vocabulary writes it), or undefined. */
  tokenToId(token: string): number | undefined {
    return this.#native.idOf(token);
  }

  /** The token of an id, or undefined. */
  idToToken(id: number): string | undefined {
    return Number.isInteger(id) && id >= 0 && id < 2 ** 32 ? this.#native.tokenOf(id) : undefined;
  }

  /** The number of distinct tokens, added ones included. */
  get vocabularySize(): number {
    return this.#description.vocabularySize;
  }

  /** Ids of the special tokens, by token. */
  get specialTokens(): ReadonlyMap<string, number> {
    return new Map(Object.entries(this.#description.special));
  }

  /** Bytes held: `tables` are shared by all threads, `caches` belong to this object and are bounded. */
  get memoryBytes(): { readonly tables: number; readonly caches: number } {
    const { tableBytes, cacheBytes } = this.#native.describe();
    return { tables: tableBytes, caches: cacheBytes };
  }

  /** In words: the model, and whether its splitting pattern runs in hand-written code or in the general matcher. */
  get path(): string {
    return this.#description.path;
  }

  #encode(text: string | Uint8Array, options: EncodeOptions): number {
    checkText(text);
    return guard(() => this.#native.encodeInto(text, flagsOf(options), this.#pool));
  }
}

function readTokenizerFile(path: string): Uint8Array {
  try {
    const file = statSync(path).isDirectory() ? join(path, 'tokenizer.json') : path;
    return readFileSync(file);
  } catch (cause) {
    const reason =
      (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : messageOf(cause);
    throw new SweepError('NO_TOKENIZER', `Cannot read the tokenizer ${path}: ${reason}.`, { cause });
  }
}

function flagsOf(options: EncodeOptions): number {
  return (
    ((options.addSpecialTokens ?? true) ? FLAGS.addSpecialTokens : 0) |
    (options.literalSpecials === true ? FLAGS.literalSpecials : 0) |
    (options.truncate === true ? FLAGS.truncate : 0) |
    (options.pad === true ? FLAGS.pad : 0)
  );
}

function checkText(text: unknown): void {
  if (typeof text !== 'string' && !(text instanceof Uint8Array)) {
    throw new TypeError(`Expected text to be a string or a Uint8Array, got ${typeof text}.`);
  }
}

function guard<T>(body: () => T): T {
  try {
    return body();
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'ENCODE') throw cause;
    throw new SweepError('CANNOT_ENCODE', `Cannot encode the text: ${messageOf(cause)}.`, { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
