import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SweepError } from '../errors.js';
import { bytesOfElements } from './element-type.js';
import { graphsWithin, type OnnxModel } from './graph.js';

/** Sizes in bytes of the files beside the model that hold its weights, by absolute path. Throws SweepError where one is missing or too short. */
export function checkExternalData(model: OnnxModel): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { initializers } of graphsWithin(model.graph)) {
    for (const { name, elementType, elements, external } of initializers) {
      if (external === null) continue;
      const file = join(dirname(model.file), external.location);
      const size = sizes.get(file) ?? sizeOf(file, model.file);
      sizes.set(file, size);
      const needed = external.offset + (external.length ?? bytesOfElements(elementType, elements) ?? 0);
      if (needed > size) throw tooShort({ file, size, needed, name });
    }
  }
  return sizes;
}

function sizeOf(file: string, modelFile: string): number {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isFile() === true) return stat.size;
  throw new SweepError(
    'MISSING_WEIGHTS',
    `Expected ${file}, which holds the weights of ${modelFile}, but there is no such file; copy it beside the model.`,
  );
}

function tooShort(data: { file: string; size: number; needed: number; name: string }): SweepError {
  return new SweepError(
    'BAD_MODEL',
    `Expected ${data.file} to hold at least ${data.needed} bytes (weights of ${data.name}), but it has ${data.size}: it is truncated; export or copy it again.`,
  );
}
