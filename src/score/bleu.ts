/** A generated text with its references. */
export interface Translation {
  readonly references: readonly string[];
  readonly prediction: string;
}

export function corpusBleu(_items: readonly Translation[]): number {
  return Number.NaN;
}
