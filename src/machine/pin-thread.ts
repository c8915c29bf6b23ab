import { createRequire } from 'node:module';
import type Koffi from 'koffi';

const WORD_BITS = 64;
// glibc's cpu_set_t: https://man7.org/linux/man-pages/man3/CPU_SET.3.html
const SET_WORDS = 16;

type SetAffinity = (thread: number, bytes: number, set: BigUint64Array) => number;
let setAffinity: SetAffinity | null | undefined;

/**
 * Lets the calling thread, and those that it starts from then on, run on some processors only. Gives false where the system
 * cannot do it (anything but Linux) or refuses.
 */
export function pinThread(processors: readonly number[]): boolean {
  setAffinity ??= load();
  if (setAffinity === null) return false;
  const set = new BigUint64Array(SET_WORDS);
  for (const processor of processors) {
    const word = Math.floor(processor / WORD_BITS);
    set[word] = (set[word] ?? 0n) | (1n << BigInt(processor % WORD_BITS));
  }
  return setAffinity(0, set.byteLength, set) === 0;
}

function load(): SetAffinity | null {
  if (process.platform !== 'linux') return null;
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
    return koffi.load('libc.so.6').func('int sched_setaffinity(int pid, size_t size, void *mask)');
  } catch {
    return null;
  }
}
