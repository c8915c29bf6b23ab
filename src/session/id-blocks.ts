const BLOCK_IDS = 1 << 15;
const LONG = 1 << 12;

/** Arrays of ids that live for a short time, cut from larger ones: memory of its own costs more than the few hundred ids in it. */
export class IdBlocks {
  #block = new Uint32Array(BLOCK_IDS);
  #used = 0;

  /** An array of zeros that nobody else has. */
  take(length: number): Uint32Array {
    if (length >= LONG) return new Uint32Array(length);
    if (this.#used + length > BLOCK_IDS) {
      this.#block = new Uint32Array(BLOCK_IDS);
      this.#used = 0;
    }
    this.#used += length;
    return this.#block.subarray(this.#used - length, this.#used);
  }
}
