import { TextFile } from '../files/text-file.js';

const MAX_CHARACTERS_IN_MEMORY = 1 << 21;
const MAX_TEXTS_IN_MEMORY = 50_000;

/** Texts by the number that each gets when it comes: the first few megabytes in memory, the rest in a temporary file. */
export class TextShelf {
  readonly #inMemory: string[] = [];
  #nCharacters = 0;
  #file: TextFile | null = null;

  push(text: string): number {
    const isFull =
      this.#nCharacters > MAX_CHARACTERS_IN_MEMORY || this.#inMemory.length >= MAX_TEXTS_IN_MEMORY;
    if (this.#file === null && !isFull) {
      this.#nCharacters += text.length;
      return this.#inMemory.push(text) - 1;
    }
    this.#file ??= new TextFile();
    this.#file.push(JSON.stringify(text)); // JSON escapes halves of surrogate pairs, which UTF-8 has not
    return this.#inMemory.length + this.#file.length - 1;
  }

  at(index: number): string {
    const known = this.#inMemory[index];
    if (known !== undefined) return known;
    return JSON.parse(this.#file?.at(index - this.#inMemory.length) ?? '""') as string;
  }

  close(): void {
    this.#file?.close();
    this.#file = null;
  }
}
