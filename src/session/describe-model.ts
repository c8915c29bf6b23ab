import { decoderSignature, type DecoderSignature } from '../onnx/decoder-signature.js';
import { checkExternalData } from '../onnx/external-data.js';
import { countParameters } from '../onnx/parameters.js';
import { obstacle } from '../onnx/program/write-program.js';
import { readModelFile } from '../onnx/read-model.js';

/** What an ONNX file of a model directory holds and how it would be run. */
export interface FileDescription {
  readonly file: string;
  readonly producer: string;
  readonly opset: number;
  /** The file and its external weights. */
  readonly bytes: number;
  readonly nParams: number;
  readonly signature: DecoderSignature;
  /** By program: null where the model can be rewritten into it, else the reason why not. */
  readonly programs: {
    readonly score: string | null;
    readonly shared: string | null;
    readonly tree: string | null;
    readonly generate: string | null;
  };
}

/** Describes an ONNX file without opening it. Throws SweepError for one that is damaged or no decoder. */
export function describeModelFile(file: string): FileDescription {
  const model = readModelFile(file);
  const external = [...checkExternalData(model).values()].reduce((sum, size) => sum + size, 0);
  const signature = decoderSignature(model);
  return {
    file,
    producer: model.producer,
    opset: model.opsets.get('') ?? 0,
    bytes: model.sizeBytes + external,
    nParams: countParameters(model, true).total,
    signature,
    programs: {
      score: obstacle(model, signature, 'score'),
      shared: obstacle(model, signature, 'shared'),
      tree: obstacle(model, signature, 'tree'),
      generate: obstacle(model, signature, 'generate'),
    },
  };
}
