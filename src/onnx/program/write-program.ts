import { FileSource } from '../byte-source.js';
import type { DecoderSignature } from '../decoder-signature.js';
import { graphsWithin, hasHalfWeights, type OnnxModel } from '../graph.js';
import { lookedUpAt, positionLookups } from '../lean/counted-positions.js';
import { GraphView } from '../lean/graph-view.js';
import { leanModel } from '../lean/lean-model.js';
import { graphOfPass, onePass, type Pass } from '../lean/merged-decoder.js';
import { countsInAttention, graphRotatedOutside, rotatedOutside } from '../lean/outer-rotation.js';
import { paddedOnLeft, takesPadding } from '../lean/padded-attention.js';
import type { ModelInSource } from '../lean/rewritten-model.js';
import { singleRowModel } from '../lean/single-row.js';
import { readModel } from '../read-model.js';
import { weightPlaces } from '../weight-places.js';
import { decoderSignature } from '../decoder-signature.js';
import { generateProgram, STEP_POSITIONS, wideProgram } from './generate-program.js';
import { headTail, rowTail } from './row-tail.js';
import { scoreProgram } from './score-program.js';
import { sharedProgram } from './shared-program.js';
import { stepProgram } from './step-program.js';
import { SourceParts } from './source-parts.js';
import { attentionSites } from './attention-sites.js';
import { readsManyWeights } from './wide-products.js';
import { TREE_PORTS, treeProgram } from './tree-program.js';

export type ProgramKind = 'score' | 'shared' | 'tree' | 'generate' | 'single' | 'wide' | 'step';

const WRITERS = {
  score: scoreProgram,
  shared: sharedProgram,
  tree: treeProgram,
  generate: generateProgram,
  single: generateProgram,
  wide: wideProgram,
  step: stepProgram,
} as const;

/** The pass of a merged decoder that a program is made of: only the loops and steps of generation take both. */
const PASSES: Readonly<Partial<Record<ProgramKind, Pass>>> = { score: 'first', tree: 'later' };

/** The bytes of a program of a model file for a device; its weights are references into the model's own files. */
export function writeProgram(modelFile: string, kind: ProgramKind, device: string): Uint8Array {
  using file = new FileSource(modelFile);
  const exported = readModel(file);
  const signature = decoderSignature(exported);
  const { useCacheBranch, positionIds } = signature;
  const pass = PASSES[kind];
  const taken =
    pass === undefined
      ? { model: exported, source: file }
      : onePass(exported, file, { useCacheBranch, pass });
  const placed = placedBy(taken, signature, { kind, device });
  const lean = leanModel(placed.model, placed.source, positionIds?.name ?? null);
  const { model, source } = kind === 'single' ? singleRow(lean, signature) : lean;
  const decoder = {
    parts: new SourceParts(model, source, weightPlaces(exported).names),
    signature,
    // The wide loop has its weights as left factors, in a layout of its own.
    tail:
      kind === 'wide'
        ? headTail(model.graph, signature)
        : rowTail(new GraphView(model.graph, source), signature),
    forCpu: device === 'cpu',
  };
  return WRITERS[kind](decoder);
}

/** Attention that counts columns is told where tokens stand: branches at positions of their own, rows behind padding. */
function placedBy(
  given: ModelInSource,
  signature: DecoderSignature,
  { kind, device }: { readonly kind: ProgramKind; readonly device: string },
): ModelInSource {
  if (kind === 'tree') {
    const positions = signature.positionIds?.name ?? TREE_PORTS.positions;
    const told = rotatedOutside(given, signature, { positions });
    return signature.positionIds === null
      ? lookedUpAt(told, signature, { positions, total: TREE_PORTS.ends })
      : told;
  }
  return isLoop(kind) && isToldOfPadding(given.model, signature, device)
    ? paddedOnLeft(given, signature, STEP_POSITIONS)
    : given;
}

function singleRow(lean: ModelInSource, signature: DecoderSignature): ModelInSource {
  const rewritten = singleRowModel(lean, signature);
  if (rewritten === null) throw new Error('its attention is not plain');
  return rewritten;
}

// Attention over a packed cache counts positions itself: rows of different length cannot be padded on the left.
const PACKED_CACHE = new Set(['GroupQueryAttention', 'PagedAttention', 'SparseAttention']);

/** Why a program cannot be written for a model; null where it can. */
export function obstacle(model: OnnxModel, signature: DecoderSignature, kind: ProgramKind): string | null {
  const integers = [signature.inputIds, signature.attentionMask, signature.positionIds];
  if (integers.some((port) => port !== null && port.elementType !== 'int64')) return 'its ids are not int64';
  const logits = model.graph.outputs.find(({ name }) => name === signature.logits.name);
  const isScoring = kind === 'score' || kind === 'tree' || kind === 'shared';
  if (isScoring && logits?.dims[1] === 1) return 'it gives the logits of the last position only';
  if (kind === 'score') return null;
  if (kind === 'tree') return treeObstacle(model, signature);
  if (signature.cacheForgets)
    return 'its cache holds the last tokens only, where what follows goes by all of them';
  if (signature.cache.length === 0) return 'it has no cache (past_key_values)';
  if (kind === 'wide' && !readsManyWeights(model)) return 'its weights are few';
  if (isLoop(kind) && signature.vocabularySize === null) return 'its vocabulary is not in its graph';
  if (kind !== 'shared') return null;
  if (hasPackedCache(model)) return 'its attention takes several tokens behind a cache for one row only';
  if (signature.useCacheBranch !== null) return 'its cache is behind use_cache_branch';
  const nested = model.graph.nodes.some(({ attributes }) => attributes.some(({ graph }) => graph !== null));
  return nested ? 'it has control flow of its own' : null;
}

function treeObstacle(model: OnnxModel, signature: DecoderSignature): string | null {
  const { graph, opsets } = model;
  const { useCacheBranch } = signature;
  const taken = graphRotatedOutside(graphOfPass(graph, { useCacheBranch, pass: 'later' }));
  const takesPositions =
    signature.positionIds !== null ||
    countsInAttention(model) ||
    positionLookups(taken, signature).length > 0;
  if (!takesPositions) return 'it takes no positions';
  if (attentionSites(taken, signature) === null) return 'its attention is of no known kind';
  return hasHalfWeights(graph) && (opsets.get('') ?? 0) < 15 ? 'its operator set is older than 15' : null;
}

/** Rows of different length can be padded on the left: mask and positions are inputs, and attention follows them. */
export function canPadLeft(model: OnnxModel, { attentionMask, positionIds }: DecoderSignature): boolean {
  return attentionMask !== null && positionIds !== null && !hasPackedCache(model);
}

/** The same of the loops of generation: on the CPU, attention over a packed cache may be told where tokens stand. */
export function canPadLoop(model: OnnxModel, signature: DecoderSignature, device: string): boolean {
  return canPadLeft(model, signature) || isToldOfPadding(model, signature, device);
}

function isToldOfPadding(model: OnnxModel, signature: DecoderSignature, device: string): boolean {
  return device === 'cpu' && takesPadding(model, signature);
}

function isLoop(kind: ProgramKind): boolean {
  return kind === 'generate' || kind === 'single' || kind === 'wide';
}

/** A model takes a cache and several tokens for one row at a time only, as GroupQueryAttention does on the CPU. */
export function hasPackedCache(model: OnnxModel): boolean {
  return [...graphsWithin(model.graph)].some(({ nodes }) =>
    nodes.some(({ opType }) => PACKED_CACHE.has(opType)),
  );
}
