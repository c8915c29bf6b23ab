/** U+FFFD at the end of a decoded text: its last character may still be incomplete. */
const INCOMPLETE = '\uFFFD';

/**
 * Decodes a growing list of ids into pieces of text that end on whole characters: those of `tokenizers`' DecodeStream,
 * where that has no error. Text of the ids so far is decoded again with each id, from the last place where it was complete.
 *
 * With some decoders an id changes what those before it stand for. What has been returned is not taken back then: text goes
 * on after as many characters (there DecodeStream fails).
 */
export class TokenStream {
  readonly #decode: (ids: readonly number[]) => string;
  #ids: number[] = [];
  /** The text of the first `#known` of `#ids`: context, which has been returned already. */
  #prefix = '';
  #known = 0;

  constructor(decode: (ids: readonly number[]) => string) {
    this.#decode = decode;
  }

  /** The text that `id` completes: often one token's, sometimes none. */
  push(id: number): string {
    if (this.#prefix === '') this.#takeAsContext();
    this.#ids.push(id);
    return this.#take(false);
  }

  /** What is left at the end: an incomplete character shows as U+FFFD. */
  end(): string {
    return this.#take(true);
  }

  /** Ids that say nothing by themselves, such as special tokens that are left out, are context for what follows, as there. */
  #takeAsContext(): void {
    const text = this.#decode(this.#ids);
    if (text.endsWith(INCOMPLETE)) return;
    this.#prefix = text;
    this.#known = this.#ids.length;
  }

  #take(all: boolean): string {
    const text = this.#decode(this.#ids);
    const isLonger = Buffer.byteLength(text) > Buffer.byteLength(this.#prefix);
    if (!isLonger || (!all && text.endsWith(INCOMPLETE))) return '';
    const said = this.#prefix.length;
    this.#ids = this.#ids.slice(this.#known);
    this.#known = this.#ids.length;
    this.#prefix = this.#decode(this.#ids);
    return text.slice(isInsideCharacter(text, said) ? said - 1 : said);
  }
}

function isInsideCharacter(text: string, at: number): boolean {
  return at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xffff;
}
