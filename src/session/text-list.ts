import type { BatchEncoder, EncodedTexts } from './text-codec.js';

/**
 * Texts that go to a tokenizer together: a call for each would make an array of its own for each, which costs as much as its ids.
 * Special tokens of the tokenizer are put around a text unless it begins with the prefix token as it is written.
 */
export class TextList {
  readonly #prefixText: string;
  readonly #marked: string[] = [];
  readonly #plain: string[] = [];
  /** Of every text: its place in one of the lists, counted from -1 downwards in the second. */
  readonly #places: number[] = [];
  readonly #known = new Map<string, number>();
  #last = { text: '', number: -1 };

  constructor(prefixText: string) {
    this.#prefixText = prefixText;
  }

  /** Adds a text; gives its number. */
  add(text: string): number {
    const begins = this.#prefixText !== '' && text.startsWith(this.#prefixText);
    return begins ? this.addPlain(text) : this.#places.push(this.#marked.push(text) - 1) - 1;
  }

  /** Adds a text that comes many times, most often several times in a row; gives the number that it had before. */
  addAgain(text: string): number {
    if (this.#last.number >= 0 && this.#last.text === text) return this.#last.number;
    const number = this.#known.get(text) ?? this.add(text);
    this.#known.set(text, number);
    this.#last = { text, number };
    return number;
  }

  /** Adds a text that gets no special tokens; gives its number. */
  addPlain(text: string): number {
    return this.#places.push(-this.#plain.push(text)) - 1;
  }

  /** Encodes all texts; what comes back gives the ids of a text by its number, always the same array. */
  encode(codec: BatchEncoder): (number: number) => Uint32Array {
    const marked = codec.encodeBatch(this.#marked, { addSpecialTokens: true });
    const plain = codec.encodeBatch(this.#plain, { addSpecialTokens: false });
    const views = this.#places.map((place) =>
      place >= 0 ? viewOf(marked, place) : viewOf(plain, -place - 1),
    );
    return (number) => views[number] as Uint32Array;
  }
}

function viewOf({ ids, offsets }: EncodedTexts, index: number): Uint32Array {
  return ids.subarray(offsets[index], offsets[index + 1]);
}
