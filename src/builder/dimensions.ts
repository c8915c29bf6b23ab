import { SweepError } from '../errors.js';

/** Architectures of synthetic models. */
export const ARCHITECTURES = ['llama', 'gpt2', 'gpt-neox'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** What is chosen for a synthetic model; the rest of its config follows. */
export interface Dimensions {
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly intermediate: number;
  /** The published model with these dimensions, null where none has them. */
  readonly after: string | null;
}

type Row = readonly [
  after: string,
  hidden: number,
  layers: number,
  heads: number,
  kvHeads: number,
  intermediate: number,
];

// From the config.json of each published model.
const PUBLISHED: Readonly<Record<Architecture, readonly Row[]>> = {
  llama: [
    ['stories15M', 288, 6, 6, 6, 768],
    ['stories42M', 512, 8, 8, 8, 1376],
    ['stories110M', 768, 12, 12, 12, 2048],
    ['SmolLM2-135M', 576, 30, 9, 3, 1536],
    ['SmolLM2-360M', 960, 32, 15, 5, 2560],
    ['Qwen2.5-0.5B', 896, 24, 14, 2, 4864],
    ['TinyLlama-1.1B', 2048, 22, 32, 4, 5632],
    ['Qwen2.5-1.5B', 1536, 28, 12, 2, 8960],
    ['Qwen2.5-3B', 2048, 36, 16, 2, 11_008],
    ['Llama-2-7B', 4096, 32, 32, 32, 11_008],
    ['Mistral-7B', 4096, 32, 32, 8, 14_336],
    ['Llama-2-13B', 5120, 40, 40, 40, 13_824],
    ['Qwen2.5-32B', 5120, 64, 40, 8, 27_648],
    ['Llama-2-70B', 8192, 80, 64, 8, 28_672],
  ],
  gpt2: [
    ['GPT-2', 768, 12, 12, 12, 3072],
    ['GPT-2 medium', 1024, 24, 16, 16, 4096],
    ['GPT-2 large', 1280, 36, 20, 20, 5120],
    ['GPT-2 XL', 1600, 48, 25, 25, 6400],
  ],
  'gpt-neox': [
    ['Pythia-14M', 128, 6, 4, 4, 512],
    ['Pythia-31M', 256, 6, 8, 8, 1024],
    ['Pythia-70M', 512, 6, 8, 8, 2048],
    ['Pythia-160M', 768, 12, 12, 12, 3072],
    ['Pythia-410M', 1024, 24, 16, 16, 4096],
    ['Pythia-1B', 2048, 16, 8, 8, 8192],
    ['Pythia-1.4B', 2048, 24, 16, 16, 8192],
    ['Pythia-2.8B', 2560, 32, 32, 32, 10_240],
    ['Pythia-6.9B', 4096, 32, 32, 32, 16_384],
    ['Pythia-12B', 5120, 36, 40, 40, 20_480],
  ],
};

/** Vocabulary that the published models of an architecture have, near enough. */
export const DEFAULT_VOCABULARY: Readonly<Record<Architecture, number>> = {
  llama: 32_000,
  gpt2: 50_257,
  'gpt-neox': 50_304,
};

// A published shape serves when its count is this near; otherwise dimensions are searched.
const NEAR = 0.12;
const HEAD_DIM = 64;
const SMALL_HEAD_DIM = 32;

/**
 * Dimensions whose parameter count, with this vocabulary, is nearest to the wanted one: a published model's where one
 * is within 12%, else a width and depth between those of the published ones.
 */
export function dimensionsFor(wanted: {
  readonly architecture: Architecture;
  readonly nParams: number;
  readonly vocabulary: number;
}): Dimensions {
  const { architecture, nParams, vocabulary } = wanted;
  const distance = (dimensions: Dimensions): number =>
    Math.abs(Math.log(countParameters(architecture, dimensions, vocabulary) / nParams));
  const nearest = lowest(PUBLISHED[architecture].map(fromRow), distance);
  if (nearest !== undefined && distance(nearest) <= Math.log(1 + NEAR)) return nearest;
  const found = lowest(candidates(architecture), (entry) => distance(entry) + unusual(entry));
  if (found !== undefined && distance(found) < Math.log(1.5)) return found;
  throw new SweepError(
    'IMPOSSIBLE_SCALE',
    `Expected a parameter count that ${architecture} with a vocabulary of ${vocabulary} can have, got ${nParams}; its smallest model is larger: ask for more parameters or a smaller --vocab.`,
  );
}

/** Parameters with positions and both embeddings, a tied one counted once. */
export function countParameters(
  architecture: Architecture,
  { hidden, layers, heads, kvHeads, intermediate }: Dimensions,
  vocabulary: number,
): number {
  const kvWidth = (hidden / heads) * kvHeads;
  if (architecture === 'llama') {
    const layer = 2 * hidden * hidden + 2 * hidden * kvWidth + 3 * hidden * intermediate + 2 * hidden;
    return layers * layer + 2 * vocabulary * hidden + hidden;
  }
  const matrices = 4 * hidden * hidden + 2 * hidden * intermediate;
  const vectors = 4 * hidden + 3 * hidden + hidden + intermediate + hidden;
  const tables = architecture === 'gpt2' ? vocabulary + 1024 : 2 * vocabulary;
  return layers * (matrices + vectors) + tables * hidden + 2 * hidden;
}

function fromRow([after, hidden, layers, heads, kvHeads, intermediate]: Row): Dimensions {
  return { after, hidden, layers, heads, kvHeads, intermediate };
}

function candidates(architecture: Architecture): Dimensions[] {
  const found: Dimensions[] = [];
  for (let hidden = 32; hidden <= 16_384; hidden += hidden < 512 ? 32 : 64) {
    const heads = hidden / (hidden % HEAD_DIM === 0 && hidden >= 256 ? HEAD_DIM : SMALL_HEAD_DIM);
    const intermediate = architecture === 'llama' ? roundTo((hidden * 8) / 3, 64) : 4 * hidden;
    for (let layers = 2; layers <= 96; layers++) {
      found.push({ hidden, layers, heads, kvHeads: heads, intermediate, after: null });
    }
  }
  return found;
}

/** How far a shape is from the usual depth for its width: published models have about 6 layers at 256, 12 at 768, 32 at 4096. */
function unusual({ hidden, layers }: Dimensions): number {
  const usual = 6 * (hidden / 256) ** 0.6;
  return 0.1 * Math.abs(Math.log(layers / usual));
}

function roundTo(value: number, step: number): number {
  return Math.max(step, Math.round(value / step) * step);
}

function lowest<Item>(items: readonly Item[], cost: (item: Item) => number): Item | undefined {
  let best: { item: Item; cost: number } | undefined;
  for (const item of items) {
    const found = { item, cost: cost(item) };
    if (best === undefined || found.cost < best.cost) best = found;
  }
  return best?.item;
}
