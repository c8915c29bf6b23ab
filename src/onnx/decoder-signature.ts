import { SweepError } from '../errors.js';
import type { Dimension, OnnxModel, ValueInfo } from './graph.js';

/** One tensor of the key/value cache: where it goes in and comes out. */
export interface CacheTensor {
  readonly past: string;
  readonly present: string;
  readonly elementType: 'float32' | 'float16';
  /** Its shape, with null for batch and sequence. */
  readonly dims: readonly (number | null)[];
  /** The axis that grows by a token a step. */
  readonly sequenceAxis: number;
}

/** What a decoder takes and gives, recognised from its graph. */
export interface DecoderSignature {
  readonly inputIds: Port;
  readonly attentionMask: Port | null;
  readonly positionIds: Port | null;
  /** Input of a merged decoder that switches its cache on. */
  readonly useCacheBranch: string | null;
  /** Input that limits logits to the last rows (0 for all). */
  readonly rowsToKeep: Port | null;
  readonly logits: Port & { readonly elementType: 'float32' | 'float16' };
  /** Width of the logits, null where the graph leaves it open. */
  readonly vocabularySize: number | null;
  /** Empty for a decoder without a cache. */
  readonly cache: readonly CacheTensor[];
  /** Some of the cache comes out cut to the last tokens, as torch exports the layers of a sliding window. */
  readonly cacheForgets: boolean;
}

/** What follows a text can be computed behind its cache. */
export function hasWholeCache({ cache, cacheForgets }: DecoderSignature): boolean {
  return cache.length > 0 && !cacheForgets;
}

export interface Port {
  readonly name: string;
  readonly elementType: string;
  readonly rank: number;
}

const ROWS_TO_KEEP = new Set(['num_logits_to_keep', 'logits_to_keep']);

/** Recognises a causal language model by its inputs and outputs. Throws SweepError UNSUPPORTED_MODEL with what it cannot feed. */
export function decoderSignature(model: OnnxModel): DecoderSignature {
  const constants = new Set(model.graph.initializers.map(({ name }) => name));
  const inputs = model.graph.inputs.filter(({ name }) => !constants.has(name));
  const rest = new Map(inputs.map((input) => [input.name, input]));
  const take = (matches: (input: ValueInfo) => boolean): ValueInfo | null => {
    const found = [...rest.values()].find(matches) ?? null;
    if (found !== null) rest.delete(found.name);
    return found;
  };
  const inputIds = take(({ name }) => name === 'input_ids') ?? take(({ name }) => name === 'input');
  if (inputIds === null) throw unsupported(model, `has no input input_ids (${listed(inputs)})`);
  const attentionMask = take(({ name }) => name === 'attention_mask');
  const positionIds = take(({ name }) => name === 'position_ids');
  const useCacheBranch = take(({ name }) => name === 'use_cache_branch');
  const rowsToKeep = take(({ name }) => ROWS_TO_KEEP.has(name));
  const pasts = [...rest.values()].filter(({ name }) => name.startsWith('past'));
  for (const { name } of pasts) rest.delete(name);
  if (rest.size > 0)
    throw unsupported(model, `wants inputs that a decoder does not have: ${listed([...rest.values()])}`);
  for (const input of [inputIds, attentionMask, positionIds]) checkInteger(model, input);
  const logits = logitsOf(model);
  const width = logits.dims.at(-1);
  return {
    inputIds: portOf(inputIds),
    attentionMask: attentionMask && portOf(attentionMask),
    positionIds: positionIds && portOf(positionIds),
    useCacheBranch: useCacheBranch && useCacheBranch.name,
    rowsToKeep: rowsToKeep && portOf(rowsToKeep),
    logits: { ...portOf(logits), elementType: floatType(model, logits) },
    vocabularySize: typeof width === 'number' && width > 0 ? width : null,
    ...cacheOf(model, pasts),
  };
}

function cacheOf(
  model: OnnxModel,
  pasts: readonly ValueInfo[],
): Pick<DecoderSignature, 'cache' | 'cacheForgets'> {
  const cache = pasts.map((past) => cacheTensor(model, past));
  const makers = new Map(
    model.graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)),
  );
  const operatorOf = (name: string): string | undefined => {
    const maker = makers.get(name);
    return maker?.opType === 'Cast' ? operatorOf(maker.inputs[0] ?? '') : maker?.opType;
  };
  return { cache, cacheForgets: cache.some(({ present }) => operatorOf(present) === 'Slice') };
}

function checkInteger(model: OnnxModel, input: ValueInfo | null): void {
  if (input === null || input.elementType === 'int64' || input.elementType === 'int32') return;
  throw unsupported(
    model,
    `has ${input.name} of type ${input.elementType}, where int64 or int32 can be used`,
  );
}

function portOf({ name, elementType, dims }: ValueInfo): Port {
  return { name, elementType, rank: dims.length };
}

function logitsOf(model: OnnxModel): ValueInfo {
  const logits = model.graph.outputs.find(({ name }) => name === 'logits');
  if (logits === undefined) throw unsupported(model, `has no output logits (${listed(model.graph.outputs)})`);
  return logits;
}

function cacheTensor(model: OnnxModel, past: ValueInfo): CacheTensor {
  const names = [/^past(_key_values)?/, /^past/].map((prefix) => past.name.replace(prefix, 'present'));
  const present = names.find((wanted) => model.graph.outputs.some(({ name }) => name === wanted));
  if (present === undefined) throw unsupported(model, `takes ${past.name} but gives no ${names[0] ?? ''}`);
  const sequenceAxis = past.dims.findIndex((dim, axis) => axis > 0 && !isSize(dim));
  const dims = past.dims.map((dim, axis) => (axis === 0 || axis === sequenceAxis ? null : sizeOf(dim)));
  if (sequenceAxis < 0 || dims.filter((dim) => dim === null).length !== 2) {
    throw unsupported(model, `has a cache ${past.name} of unknown shape [${past.dims.join(', ')}]`);
  }
  return { past: past.name, present, elementType: floatType(model, past), dims, sequenceAxis };
}

function isSize(dim: Dimension): dim is number {
  return typeof dim === 'number' && dim > 0;
}

function sizeOf(dim: Dimension): number | null {
  return isSize(dim) ? dim : null;
}

function floatType(model: OnnxModel, { name, elementType }: ValueInfo): 'float32' | 'float16' {
  if (elementType === 'float32' || elementType === 'float16') return elementType;
  throw unsupported(model, `has ${name} of type ${elementType}, where float32 or float16 can be used`);
}

function listed(values: readonly ValueInfo[]): string {
  return values.map(({ name }) => name).join(', ');
}

function unsupported(model: OnnxModel, what: string): SweepError {
  return new SweepError(
    'UNSUPPORTED_MODEL',
    `Expected ${model.file} to be a decoder with input_ids and logits, but it ${what}; export it as text-generation (with or without past).`,
  );
}
