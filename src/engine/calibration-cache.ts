import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '../files/atomic-write.js';
import { makeDirectory } from '../files/make-directory.js';
import { factsFile } from '../machine/roof-cache.js';

type Calibrations = Readonly<Record<string, number>>;

/** Threads by machine and model, in a small JSON file beside the facts of machines; what is not readable is measured again. */
export class CalibrationCache {
  readonly #file: string;

  constructor(directory = dirname(factsFile())) {
    this.#file = join(directory, 'calibration.json');
  }

  /** `subject` names machine, runtime and model digest. */
  async threadsOf(subject: string): Promise<number | null> {
    const threads = (await this.#read())[subject];
    return Number.isInteger(threads) && Number(threads) > 0 ? Number(threads) : null;
  }

  /** Keeps a measurement. Of two processes that write at once one may lose its own, never the file; where nothing can be written, nothing is kept. */
  async keep(subject: string, threads: number): Promise<void> {
    const known = await this.#read();
    try {
      makeDirectory(dirname(this.#file));
      await writeFileAtomic(this.#file, `${JSON.stringify({ ...known, [subject]: threads }, null, 1)}\n`);
    } catch {
      // A machine without a writable home measures every time.
    }
  }

  async #read(): Promise<Calibrations> {
    try {
      const known: unknown = JSON.parse(await readFile(this.#file, 'utf8'));
      return typeof known === 'object' && known !== null && !Array.isArray(known)
        ? (known as Calibrations)
        : {};
    } catch {
      return {};
    }
  }
}
