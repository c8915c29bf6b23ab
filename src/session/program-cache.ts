import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { env } from 'onnxruntime-node';
import { cacheDirectory } from '../files/cache-directory.js';
import { canonicalJson, digestOfText } from '../files/digest.js';
import { makeDirectory } from '../files/make-directory.js';
import type { OnnxModel } from '../onnx/graph.js';
import { graphDigest, weightSamples } from '../onnx/graph-digest.js';
import { readModelFile } from '../onnx/read-model.js';

// ENTRY  sha256 (hex) over KEY, a newline and CONTENT; a newline; CONTENT.
// KEY    Everything that CONTENT depends on: the model's graph by its digest, the code that writes programs by its bytes,
//        onnxruntime by its version, what the entry is, and for what was found out by running, samples of the weights. An entry
//        whose digest does not fit, because it is damaged, cut off or of another key, is none: it is made again in its place.
// NAME   From KEY: a copy of a model has the programs of the model, a changed one has programs of its own.

const DIGEST_BYTES = 64;
const MOST_ENTRIES = 2000;

/** Programs of one model, and what was found out about them, kept on disk from one process to the next. */
export class ProgramCache {
  readonly #directory: string;
  readonly #model: OnnxModel;
  readonly #device: string;
  #graph: string | null = null;

  constructor(model: OnnxModel, device: string, directory = join(cacheDirectory(), 'programs')) {
    this.#directory = directory;
    this.#device = device;
    this.#model = model;
  }

  /** The bytes that are kept under a name, or what `make` gives of the graph, which is kept from then on. */
  bytes(name: string, make: () => Uint8Array): Uint8Array {
    const key = this.#key({ name });
    const known = this.#read(key);
    if (known !== null) return known;
    const made = make();
    this.#keep(key, made);
    return made;
  }

  /** The same of something that JSON can hold and that depends on the weights, too. */
  async value<T>(name: string, make: () => Promise<T>): Promise<T> {
    const key = this.#key({ name, weights: weightSamples(this.#model) });
    const known = this.#read(key);
    if (known !== null) return JSON.parse(Buffer.from(known).toString()) as T;
    const made = await make();
    this.#keep(key, Buffer.from(JSON.stringify(made)));
    return made;
  }

  #read(key: string): Uint8Array | null {
    try {
      const entry = readFileSync(this.#place(key));
      const content = entry.subarray(DIGEST_BYTES + 1);
      return entry.toString('latin1', 0, DIGEST_BYTES) === digestOf(key, content) ? content : null;
    } catch {
      return null;
    }
  }

  // Of processes that keep the same at once the last one's file stays, whole. What cannot be kept is made again next time.
  #keep(key: string, content: Uint8Array): void {
    const place = this.#place(key);
    const temporary = `${place}.${randomUUID()}.tmp`;
    try {
      // What was written of a file that was exchanged meanwhile is of neither.
      if (graphDigest(readModelFile(this.#model.file)) !== this.#graph) return;
      makeDirectory(this.#directory);
    } catch {
      return;
    }
    try {
      writeFileSync(temporary, Buffer.concat([Buffer.from(`${digestOf(key, content)}\n`), content]));
      renameSync(temporary, place);
      dropOldest(this.#directory);
    } catch {
      rmSync(temporary, { force: true });
    }
  }

  #place(key: string): string {
    return join(this.#directory, `${digestOfText(key).slice(0, 32)}.bin`);
  }

  #key(subject: Readonly<Record<string, string>>): string {
    this.#graph ??= graphDigest(this.#model);
    const made = { device: this.#device, code: codeDigest(), runtime: env.versions };
    return canonicalJson({ graph: this.#graph, ...subject, ...made });
  }
}

function digestOf(key: string, content: Uint8Array): string {
  return digestOfText(Buffer.concat([Buffer.from(`${key}\n`), content]));
}

// Models come and go; nobody else clears what is kept of them.
function dropOldest(directory: string): void {
  const entries = readdirSync(directory);
  if (entries.length <= MOST_ENTRIES) return;
  const byAge = entries
    .map((name) => ({ name, age: statSync(join(directory, name)).mtimeMs }))
    .sort((a, b) => a.age - b.age);
  for (const { name } of byAge.slice(0, MOST_ENTRIES / 2)) rmSync(join(directory, name), { force: true });
}

let code: string | null = null;

/** sha256 over the code that reads graphs, writes programs and checks them: a version number would hold for too many. */
function codeDigest(): string {
  code ??= digestOfText(
    ['../onnx', '.']
      .flatMap((folder) => codeFiles(resolve(import.meta.dirname, folder)))
      .map((file) => readFileSync(file, 'latin1'))
      .join('\n'),
  );
  return code;
}

function codeFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[jt]s$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}
