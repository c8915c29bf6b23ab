import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../files/atomic-write.js';
import { buildModel, type SyntheticModel } from './build-model.js';
import type { BuildPrecision, GraphStyle } from './decoder-build.js';
import { countParameters, dimensionsFor, type Architecture, type Dimensions } from './dimensions.js';
import type { ScaleLabel } from './scale-label.js';
import type { WriteOptions } from './write-onnx.js';

/** Synthetic models of several scales and precisions, alike but for these. */
export interface SyntheticFamily {
  readonly architecture: Architecture;
  readonly scales: readonly ScaleLabel[];
  readonly precisions: readonly BuildPrecision[];
  /** auto: portable, but fused for 4-bit weights, which standard operators do not have. */
  readonly style: GraphStyle | 'auto';
  readonly vocabulary: number;
  readonly context: number;
  readonly seed: number;
}

export interface BuiltModel {
  readonly directory: string;
  readonly file: string;
  readonly precision: BuildPrecision;
  readonly nParams: number;
  readonly weightBytes: number;
  readonly dimensions: Dimensions;
}

/** Writes every model of a family below `directory` and lists the scales in its family.json; yields each when it is written. */
export async function* buildFamily(
  directory: string,
  family: SyntheticFamily,
  options: WriteOptions = {},
): AsyncGenerator<BuiltModel> {
  const { architecture, vocabulary, context, seed } = family;
  const planned = family.scales.map(({ label, nParams }) => {
    const dimensions = dimensionsFor({ architecture, nParams, vocabulary });
    const count = countParameters(architecture, dimensions, vocabulary);
    return { name: `${architecture}-${label}`, dimensions, nParams: count };
  });
  for (const { name, dimensions, nParams } of planned) {
    for (const precision of family.precisions) {
      const style = styleFor(family.style, precision);
      const model: SyntheticModel = { architecture, dimensions, vocabulary, context, seed, precision, style };
      const target = join(directory, name);
      const written = await buildModel(target, model, options);
      yield { directory: target, precision, nParams, dimensions, ...written };
    }
    await listScale(directory, { path: name, name, nParams, seed, notes: notesOf(dimensions) });
  }
}

/** The style that `auto` means at a precision. */
export function styleFor(style: GraphStyle | 'auto', precision: BuildPrecision): GraphStyle {
  if (style !== 'auto') return style;
  return precision === 'q4' || precision === 'q4f16' ? 'fused' : 'portable';
}

interface Scale {
  readonly path: string;
  readonly name: string;
  readonly nParams: number;
  readonly seed: number;
  readonly notes: string;
}

async function listScale(directory: string, scale: Scale): Promise<void> {
  const file = join(directory, 'family.json');
  const known = existsSync(file)
    ? (JSON.parse(await readFile(file, 'utf8')) as { name?: string; scales: Scale[] })
    : { name: 'synthetic', scales: [] };
  const others = known.scales.filter(({ path }) => path !== scale.path);
  await writeFileAtomic(file, `${JSON.stringify({ ...known, scales: [...others, scale] }, null, 2)}\n`);
}

function notesOf({ after, layers, hidden, heads, kvHeads, intermediate }: Dimensions): string {
  const shape = `${layers} layers, width ${hidden}, ${heads} heads (${kvHeads} of keys), feed-forward ${intermediate}`;
  return `random weights; ${shape}${after === null ? '' : ` as ${after}`}`;
}
