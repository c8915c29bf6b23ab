import { charactersOf, type TextRequest } from '../domain/request.js';
import type { Sample, SampleList } from '../domain/task.js';
import { TextFile } from '../files/text-file.js';
import type { PyDict } from '../python/value.js';
import type { Table } from './data/table.js';
import { packRequests, unpackRequests } from './pack-requests.js';

/** Requests up to so many characters stay in memory, those of larger workloads go to a temporary file. */
const MAX_CHARACTERS_IN_MEMORY = 1 << 25;
const MAX_REQUESTS_IN_MEMORY = 100_000;

/** Gathers the samples of a workload in order, one for every document of a table. */
export class SampleBuilder {
  private readonly docs: Table;
  private readonly inMemory: (readonly TextRequest[])[] = [];
  private nRequests = 0;
  private nCharacters = 0;
  private file: TextFile | null = null;

  constructor(docs: Table) {
    this.docs = docs;
  }

  push(requests: readonly TextRequest[]): void {
    if (this.file === null) {
      this.inMemory.push(requests);
      this.nRequests += requests.length;
      for (const request of requests) this.nCharacters += charactersOf(request);
      const isLarge = this.nRequests > MAX_REQUESTS_IN_MEMORY || this.nCharacters > MAX_CHARACTERS_IN_MEMORY;
      if (isLarge) this.moveToFile();
    } else {
      this.file.push(packRequests(requests));
    }
  }

  finish(): SampleList {
    const { docs, inMemory, file } = this;
    if (file !== null) return new StoredSamples(docs, (docId) => unpackRequests(file.at(docId)), file.length);
    if (docs.isLazy) return new StoredSamples(docs, (docId) => inMemory[docId] ?? [], inMemory.length);
    return inMemory.map((requests, docId) => ({ docId, doc: docs.at(docId), requests }));
  }

  private moveToFile(): void {
    this.file = new TextFile();
    for (const requests of this.inMemory) this.file.push(packRequests(requests));
    this.inMemory.length = 0;
  }
}

/** Samples whose documents, and where there are many requests these too, are on disk. */
class StoredSamples implements SampleList {
  readonly length: number;
  readonly #docs: Table;
  readonly #requestsOf: (docId: number) => readonly TextRequest[];

  constructor(docs: Table, requestsOf: (docId: number) => readonly TextRequest[], length: number) {
    this.#docs = docs;
    this.#requestsOf = requestsOf;
    this.length = length;
  }

  at(index: number): Sample | undefined {
    if (index < 0 || index >= this.length) return undefined;
    return new StoredSample(this.#docs, index, this.#requestsOf);
  }

  *[Symbol.iterator](): Generator<Sample> {
    for (let docId = 0; docId < this.length; docId += 1)
      yield new StoredSample(this.#docs, docId, this.#requestsOf);
  }
}

/** A sample that is read when it is looked at, and then held as long as it is. */
class StoredSample implements Sample {
  readonly docId: number;
  readonly #docs: Table;
  readonly #requestsOf: (docId: number) => readonly TextRequest[];
  #doc: PyDict | null = null;
  #requests: readonly TextRequest[] | null = null;

  constructor(docs: Table, docId: number, requestsOf: (docId: number) => readonly TextRequest[]) {
    this.#docs = docs;
    this.docId = docId;
    this.#requestsOf = requestsOf;
  }

  get doc(): PyDict {
    return (this.#doc ??= this.#docs.at(this.docId));
  }

  get requests(): readonly TextRequest[] {
    return (this.#requests ??= this.#requestsOf(this.docId));
  }
}
