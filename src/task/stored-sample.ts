import type { TextRequest } from '../domain/request.js';
import type { Sample } from '../domain/task.js';
import type { PyDict } from '../python/value.js';
import type { Table } from './data/table.js';

/** A sample whose document is on disk and is read when it is looked at. */
export class StoredSample implements Sample {
  readonly docId: number;
  readonly requests: readonly TextRequest[];
  readonly #docs: Table;

  constructor(docs: Table, docId: number, requests: readonly TextRequest[]) {
    this.#docs = docs;
    this.docId = docId;
    this.requests = requests;
  }

  get doc(): PyDict {
    return this.#docs.at(this.docId);
  }
}
