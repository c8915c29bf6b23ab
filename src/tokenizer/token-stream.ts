/** U+FFFD at the end of a decoded text: its last character may still be incomplete. */
const INCOMPLETE = '\uFFFD';

/**
 * Decodes a growing list of ids into pieces of text that end on whole characters.
 * Text of the ids so far is decoded again with each id, from the last place where it was complete.
 */
export class TokenStream {
  readonly #decode: (ids: readonly number[]) => string;
  #ids: number[] = [];
  /** How many of `#ids` are context that has been returned already. */
  #returned = 0;

  constructor(decode: (ids: readonly number[]) => string) {
    this.#decode = decode;
  }

  /** The text that `id` completes: often one token's, sometimes none. */
  push(id: number): string {
    this.#ids.push(id);
    return this.#take(false);
  }

  /** What is left at the end: an incomplete character shows as U+FFFD. */
  end(): string {
    return this.#take(true);
  }

  #take(all: boolean): string {
    const prefix = this.#decode(this.#ids.slice(0, this.#returned));
    const text = this.#decode(this.#ids);
    if (text.length <= prefix.length || (!all && text.endsWith(INCOMPLETE))) return '';
    this.#ids = this.#ids.slice(this.#returned);
    this.#returned = this.#ids.length;
    return text.slice(prefix.length);
  }
}
