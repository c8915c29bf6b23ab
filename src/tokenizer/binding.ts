import { createRequire } from 'node:module';
import { SweepError } from '../errors.js';

/** What `describe` tells of a loaded tokenizer. */
export interface NativeDescription {
  readonly vocabularySize: number;
  /** Ids of special tokens by content. */
  readonly special: Readonly<Record<string, number>>;
  /** Bytes of the tables, which all threads of the process share. */
  readonly tableBytes: number;
  /** Bytes of the caches of this object. */
  readonly cacheBytes: number;
  /** How text is split, in words. */
  readonly path: string;
}

/** The addon's class. It trusts its caller: arguments are checked in tokenizer.ts. */
export interface NativeTokenizer {
  /** The number of ids; they are in `target` if they fit, else `takeLast` copies them. */
  encodeInto(text: string | Uint8Array, flags: number, target: Uint32Array): number;
  takeLast(target: Uint32Array): void;
  encodeBatch(
    texts: readonly (string | Uint8Array)[],
    flags: number,
    threads: number,
  ): { ids: Uint32Array; offsets: Uint32Array };
  decode(ids: Uint32Array, skipSpecial: boolean): string;
  idOf(token: string): number | undefined;
  tokenOf(id: number): string | undefined;
  describe(): NativeDescription;
}

interface Addon {
  readonly NativeTokenizer: {
    new (file: Uint8Array): NativeTokenizer;
  };
}

/** Bits of the `flags` argument, in step with native/addon.cc. */
export const FLAGS = { addSpecialTokens: 1, literalSpecials: 2, truncate: 4, pad: 8 } as const;

let loaded: Addon | undefined;

/** The compiled addon; a SweepError names the command that builds it when it is missing. */
export function loadAddon(): Addon {
  if (loaded !== undefined) return loaded;
  const path = '../../build/Release/tokenizer.node';
  try {
    loaded = createRequire(import.meta.url)(path) as Addon;
    return loaded;
  } catch (cause) {
    const message = 'The tokenizer addon is not built for this machine: run `npm run build:native`.';
    throw new SweepError('ADDON_MISSING', message, { cause });
  }
}
