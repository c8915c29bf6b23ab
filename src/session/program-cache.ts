import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { env } from 'onnxruntime-node';
import { cacheDirectory } from '../files/cache-directory.js';
import { canonicalJson, digestOfText } from '../files/digest.js';
import { makeDirectory } from '../files/make-directory.js';
import type { OnnxModel } from '../onnx/graph.js';

// ENTRY  sha256 (hex) over KEY, a newline and CONTENT; a newline; CONTENT.
// KEY    Everything that CONTENT depends on: the model's files by path, size, times and place on disk, the code that writes
//        programs by its bytes, onnxruntime by its version, and what the entry is. An entry whose digest does not fit, because
//        it is damaged, cut off or of another key, is none: what it held is made again and takes its place.
// NAME   From the path of the model and what the entry is, so that a model's new entry replaces its old one.

const DIGEST_BYTES = 64;
const MOST_ENTRIES = 2000;

/** Programs of one model, and what was found out about them, kept on disk from one process to the next. */
export class ProgramCache {
  readonly #directory: string;
  readonly #files: readonly string[];
  readonly #device: string;

  constructor(model: OnnxModel, device: string, directory = join(cacheDirectory(), 'programs')) {
    this.#directory = directory;
    this.#device = device;
    const beside = new Set(model.graph.initializers.flatMap(({ external }) => external?.location ?? []));
    const file = resolve(model.file);
    this.#files = [file, ...[...beside].sort().map((location) => join(dirname(file), location))];
  }

  /** The bytes that are kept under a name, or what `make` gives, which is kept from then on. */
  bytes(name: string, make: () => Uint8Array): Uint8Array {
    const known = this.#read(name);
    if (known !== null) return known;
    const made = make();
    this.#keep(name, made);
    return made;
  }

  /** The same of something that JSON can hold. */
  async value<T>(name: string, make: () => Promise<T>): Promise<T> {
    const known = this.#read(name);
    if (known !== null) return JSON.parse(Buffer.from(known).toString()) as T;
    const made = await make();
    this.#keep(name, Buffer.from(JSON.stringify(made)));
    return made;
  }

  #read(name: string): Uint8Array | null {
    try {
      const entry = readFileSync(this.#place(name));
      const content = entry.subarray(DIGEST_BYTES + 1);
      return entry.toString('latin1', 0, DIGEST_BYTES) === digestOf(this.#key(name), content)
        ? content
        : null;
    } catch {
      return null;
    }
  }

  // Of processes that keep the same at once the last one's file stays, whole. What cannot be kept is made again next time.
  #keep(name: string, content: Uint8Array): void {
    const place = this.#place(name);
    const temporary = `${place}.${randomUUID()}.tmp`;
    try {
      makeDirectory(this.#directory);
    } catch {
      return;
    }
    try {
      writeFileSync(
        temporary,
        Buffer.concat([Buffer.from(`${digestOf(this.#key(name), content)}\n`), content]),
      );
      renameSync(temporary, place);
      dropOldest(this.#directory);
    } catch {
      rmSync(temporary, { force: true });
    }
  }

  #place(name: string): string {
    const subject = canonicalJson([this.#files[0], name, this.#device]);
    return join(this.#directory, `${digestOfText(subject).slice(0, 32)}.bin`);
  }

  #key(name: string): string {
    const files = this.#files.map((file) => {
      const { size, mtimeNs, ctimeNs, ino } = statSync(file, { bigint: true });
      return [file, ...[size, mtimeNs, ctimeNs, ino].map(String)];
    });
    return canonicalJson({ files, name, device: this.#device, code: codeDigest(), runtime: env.versions });
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
