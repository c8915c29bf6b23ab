// Long enough for what comes in one go, as the layouts of workloads that are encoded one after the other.
const DELAY_MS = 1;

/**
 * Messages of one process to another, several in one parcel: a write to a channel wakes the other side, which costs more than a
 * small message does. What is posted goes out in order, after a millisecond at the latest.
 */
export class Outbox<Message> {
  readonly #write: (parcel: readonly Message[]) => void;
  #parcel: Message[] = [];
  #isDue = false;

  constructor(write: (parcel: readonly Message[]) => void) {
    this.#write = write;
  }

  post(message: Message): void {
    this.#parcel.push(message);
    if (this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => this.flush(), DELAY_MS);
  }

  /** Sends what was posted now: to be called before something begins that may end this process. */
  flush(): void {
    this.#isDue = false;
    if (this.#parcel.length === 0) return;
    const parcel = this.#parcel;
    this.#parcel = [];
    this.#write(parcel);
  }
}
