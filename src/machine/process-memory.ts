import { readFileSync } from 'node:fs';

/** Memory of a process in bytes. */
export interface ProcessMemory {
  /** Resident pages, shared ones in full. */
  readonly rssBytes: number;
  /** Resident pages, each shared one divided among those who share it. */
  readonly pssBytes: number;
}

/**
 * Memory of a process (this one unless told otherwise) from smaps_rollup; null where the system has none. The kernel walks
 * all pages for it: some milliseconds for every gigabyte.
 */
export function processMemory(pid: number | 'self' = 'self', root = '/proc'): ProcessMemory | null {
  let text: string;
  try {
    text = readFileSync(`${root}/${pid}/smaps_rollup`, 'utf8');
  } catch {
    return null;
  }
  const [rss, pss] = ['Rss', 'Pss'].map((name) => new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]);
  if (rss === undefined || pss === undefined) return null;
  return { rssBytes: Number(rss) * 1024, pssBytes: Number(pss) * 1024 };
}

/** Peak resident memory of this process in bytes: VmHWM where /proc has it, else what the system counts. */
export function peakRssBytes(): number {
  try {
    const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (line !== null) return Number(line[1]) * 1024;
  } catch {
    // No /proc on this system.
  }
  return process.resourceUsage().maxRSS * 1024;
}

// Sampling may take this share of the time.
const SAMPLING_SHARE = 0.005;
const MIN_PAUSE_MS = 1000;

/** Keeps the highest PSS seen, looking so seldom that it takes half a percent of the time at most. */
export class PssWatch {
  readonly #clock: () => number;
  #peakBytes: number | null = null;
  #nextAt = 0;

  /** `clock` gives milliseconds. */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** Looks, if it is time; to be called often. */
  look(read: () => ProcessMemory | null = processMemory): void {
    const now = this.#clock();
    if (now < this.#nextAt) return;
    const memory = read();
    const cost = this.#clock() - now;
    this.#nextAt = now + Math.max(MIN_PAUSE_MS, cost / SAMPLING_SHARE);
    if (memory !== null) this.#peakBytes = Math.max(this.#peakBytes ?? 0, memory.pssBytes);
  }

  /** Highest PSS so far in bytes, null where none was seen. */
  get peakBytes(): number | null {
    return this.#peakBytes;
  }
}
