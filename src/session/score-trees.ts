import { hasWholeCache, type DecoderSignature } from '../onnx/decoder-signature.js';
import { prefixPort, TREE_PORTS } from '../onnx/program/tree-program.js';
import type { ScoreAnswer, ScoreWork } from './batch-work.js';
import type { Feeds, Outputs } from './decoder-session.js';
import type { ProgramSession } from './program-session.js';
import { SCORE_OUTPUTS, ScoredTargets } from './scored-targets.js';
import { emptyCache, IdMatrix } from './tensors.js';
import { compareTokens } from './token-order.js';
import {
  chainOf,
  cutTreeRuns,
  growTrees,
  widestRow,
  type RunLimits,
  type TreeRun,
  type Trees,
} from './trees.js';

// The ids of prefixes end for no row.
const NEVER = 0x7fffffff;

/** Scores batches with the tree program, and keeps the cache of the last prefix: the batches of a task share it. */
export class TreeScorer {
  readonly #program: ProgramSession;
  readonly #signature: DecoderSignature;
  #prefix: { readonly tokens: Uint32Array; readonly cache: Feeds } | null = null;

  readonly #loneRows: boolean;

  /** `loneRows`: the model takes a cache and several tokens for one row at a time only, as GroupQueryAttention does on the CPU. */
  constructor(
    program: ProgramSession,
    { signature, loneRows }: { readonly signature: DecoderSignature; readonly loneRows: boolean },
  ) {
    this.#program = program;
    this.#signature = signature;
    this.#loneRows = loneRows;
  }

  /** Rows may follow a prefix: without a whole cache there is none for what they begin with. */
  get takesPrefix(): boolean {
    return hasWholeCache(this.#signature);
  }

  /** Columns of the widest row that a batch has with its prefix: the most that lies between two tokens. */
  width({ rows, trees = growTrees(rows), maxBatchTokens }: ScoreWork): number {
    return widestRow(trees, this.#limits(rows, maxBatchTokens));
  }

  #limits({ prefix, room }: ScoreWork['rows'], maxTokens: number): RunLimits {
    return { prefix, room, maxTokens, loneRows: this.#loneRows };
  }

  /** Scores a batch; tokens of a prefix that is kept from the batch before are not counted again. */
  async score({ rows, trees = growTrees(rows), maxBatchTokens }: ScoreWork): Promise<ScoreAnswer> {
    const sums = {
      loglikelihoods: new Float64Array(rows.spanRows.length),
      greedy: new Uint8Array(rows.spanRows.length).fill(1),
    };
    const fresh = this.#prefix;
    const prefix = await this.#cacheOf(rows.tokens.subarray(0, rows.prefix));
    const read = this.#prefix === fresh ? 0 : rows.prefix;
    const cost = { promptTokens: read, computedTokens: read };
    for (const run of cutTreeRuns(trees, this.#limits(rows, maxBatchTokens))) {
      const { feeds, targets } = this.#arrange(trees, run, rows.prefix);
      targets.collect(await this.#program.run({ ...feeds, ...prefix }, SCORE_OUTPUTS), sums);
      cost.computedTokens += run.columns * run.rows.length;
    }
    cost.promptTokens += trees.ids.length;
    return { kind: 'score', ...sums, ...cost };
  }

  /** The cache of a prefix as feeds, [1, ...]; empty for no prefix. */
  async #cacheOf(tokens: Uint32Array): Promise<Feeds> {
    const { cache } = this.#signature;
    const nothing = Object.fromEntries(
      cache.map((entry) => [prefixPort(entry.past), emptyCache(entry, 1)] as const),
    );
    if (tokens.length === 0) return nothing;
    if (this.#prefix === null || compareTokens(this.#prefix.tokens, tokens) !== 0) {
      const { feeds, targets } = this.#arrange(chainOf(tokens), { rows: [[0]], columns: tokens.length }, 0);
      const presents = cache.map(({ present }) => present);
      const outputs = await this.#program.run({ ...feeds, ...targets.feeds(), ...nothing }, presents);
      this.#prefix = { tokens: Uint32Array.from(tokens), cache: this.#cacheFeeds(outputs) };
    }
    return this.#prefix.cache;
  }

  #cacheFeeds(outputs: Outputs): Feeds {
    const feeds: Feeds = {};
    for (const { past, present } of this.#signature.cache) {
      const tensor = outputs[present];
      if (tensor !== undefined) feeds[prefixPort(past)] = tensor;
    }
    return feeds;
  }

  #arrange(
    trees: Trees,
    { rows, columns }: TreeRun,
    prefix: number,
  ): { feeds: Feeds; targets: ScoredTargets } {
    const height = rows.length;
    const ids = new IdMatrix(height, columns, 'int64');
    const positions = new IdMatrix(height, columns, 'int64');
    const ends = new IdMatrix(height, prefix + columns, 'int64');
    const mask = new IdMatrix(height, prefix + columns, 'int64');
    const targets = new ScoredTargets();
    for (const [row, members] of rows.entries()) {
      ends.fill(row, 0, prefix, NEVER);
      mask.fill(row, 0, prefix + columns, 1);
      let first = 0;
      for (const tree of members) {
        const [start = 0, end = 0] = [trees.starts[tree], trees.starts[tree + 1]];
        ids.put(row, first, trees.ids.subarray(start, end));
        positions.put(row, first, trees.positions.subarray(start, end));
        ends.put(row, prefix + first, trees.ends.subarray(start, end), first);
        targets.addTree(trees, tree, row * columns + first);
        first += end - start;
      }
      // Padding sees itself, so that its softmax has something to weigh.
      ends.count(row, prefix + first, columns - first, first + 1);
    }
    const { inputIds, attentionMask, positionIds } = this.#signature;
    const feeds: Feeds = {
      [inputIds.name]: ids.tensor(),
      [TREE_PORTS.ends]: ends.tensor(),
      [TREE_PORTS.columns]: countingColumn(columns),
      [TREE_PORTS.owners]: new IdMatrix(height, 1, 'int64').tensor([height]),
      ...targets.feeds(),
    };
    if (attentionMask !== null) feeds[attentionMask.name] = mask.tensor();
    feeds[positionIds?.name ?? TREE_PORTS.positions] = positions.tensor();
    return { feeds, targets };
  }
}

function countingColumn(length: number) {
  const column = new IdMatrix(1, length, 'int64');
  column.count(0, 0, length, 0);
  return column.tensor([length, 1]);
}
