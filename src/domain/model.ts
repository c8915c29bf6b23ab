/** Numeric format of a model's weights, in transformers.js's names. */
export const PRECISIONS = ['fp32', 'fp16', 'int8', 'uint8', 'q8', 'q4', 'q4f16', 'bnb4'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** One scale of a family: a model directory and what is known of it. */
export interface Model {
  readonly family: string;
  /** Unique within its family. */
  readonly name: string;
  readonly directory: string;
  readonly nParams: number;
  readonly nParamsNonEmbedding: number;
  readonly trainingTokens: number | null;
  /** Seed of the training run, where several runs share one scale. */
  readonly seed: number | null;
  /** Distinct training examples, in families that vary the data and not the size. */
  readonly distinctExamples: number | null;
  readonly notes: string | null;
  /** Absolute path of the ONNX file of every precision present. */
  readonly files: Readonly<Partial<Record<Precision, string>>>;
  /** Absolute path of tokenizer.json. */
  readonly tokenizerFile: string;
}

/** Models alike but for scale, in order of increasing size. */
export interface Family {
  readonly name: string;
  readonly directory: string;
  readonly models: readonly Model[];
}
