import { decoderSignature, type DecoderSignature } from '../onnx/decoder-signature.js';
import {
  canPadLeft,
  canPadLoop,
  hasPackedCache,
  obstacle,
  writeProgram,
  type ProgramKind,
} from '../onnx/program/write-program.js';
import { hasHalfWeights, type OnnxModel } from '../onnx/graph.js';
import { readModelFile } from '../onnx/read-model.js';
import { weightPlaces } from '../onnx/weight-places.js';
import { TrialError } from '../errors.js';
import { isDeviceMissing } from './execution-provider.js';
import type { ScoreAnswer, ScoreWork } from './batch-work.js';
import type { TreeCheck } from './check-trees.js';
import { CheckedTrees } from './checked-trees.js';
import { DecoderSession } from './decoder-session.js';
import { listNodes, type SessionSpec } from './device-session.js';
import { probeProgram } from './probe-program.js';
import { ProgramCache } from './program-cache.js';
import { ProgramSession } from './program-session.js';
import { scoreByProgram } from './score-by-program.js';
import { TreeScorer } from './score-trees.js';

/** What happens without a program. Where the loop is missing, that of `step` goes without saying; the loops for one row and for many are a choice. */
const PURPOSES: Readonly<Record<ProgramKind, string | null>> = {
  score: 'scores with full logits',
  shared: 'reads a context again for every continuation',
  tree: 'copies the cache of a context for every continuation',
  generate: 'generates with a run for every token',
  single: null,
  wide: null,
  step: null,
};

// Operators that quantise activations: what else is in the batch moves their results.
const ROUNDING = new Set(['DynamicQuantizeLinear', 'DynamicQuantizeMatMul']);
const SMALLEST_VOCABULARY = 8;
// See wide-products.ts.
const WIDE_ROWS = 8;

/** The sessions of one model on one device, opened when they are first needed. */
export class ModelSessions {
  readonly signature: DecoderSignature;
  /** Rows of different length may be padded on the left. */
  readonly padsLeft: boolean;
  /** The same in the loops of generation. */
  readonly padsLoops: boolean;
  readonly #spec: SessionSpec;
  readonly #model: OnnxModel;
  readonly #cache: ProgramCache;
  readonly #programs = new Map<ProgramKind, ProgramSession | null>();
  readonly #notes = new Map<ProgramKind, string>();
  /** Nodes that the device left to the CPU, where that is allowed. */
  readonly #stray = new Set<string>();
  #plain: DecoderSession | null = null;
  #trees: CheckedTrees | null = null;
  #openingMs = 0;
  #asideMs = 0;

  constructor(spec: SessionSpec, programs: boolean) {
    this.#spec = spec;
    this.#model = readModelFile(spec.modelFile);
    this.#cache = new ProgramCache(this.#model, spec.device);
    this.signature = decoderSignature(this.#model);
    this.padsLeft = canPadLeft(this.#model, this.signature);
    this.padsLoops = canPadLoop(this.#model, this.signature, spec.device);
    for (const kind of ['score', 'shared', 'tree', 'generate', 'single', 'wide', 'step'] as const) {
      const reason = programs ? this.#obstacle(kind) : 'programs are switched off';
      if (reason !== null) this.#refuse(kind, reason);
    }
  }

  /** Why what runs is slower than it could be. */
  get notes(): readonly string[] {
    // Contexts are shared one way or the other: only the way that is missed is worth a word.
    const unsaid = this.#notes.has('shared') && this.#notes.has('tree') ? 'tree' : 'shared';
    const notes = [...this.#notes].flatMap(([kind, note]) => (kind === unsaid ? [] : [note]));
    return this.#stray.size === 0 ? notes : [...notes, `runs on the CPU: ${listNodes([...this.#stray])}`];
  }

  get openingMs(): number {
    return this.#openingMs;
  }

  /** Time in the runtime so far, in milliseconds, without what opening took of it. */
  get runningMs(): number {
    const open = [this.#plain, ...this.#programs.values()];
    return open.reduce((sum, session) => sum + (session?.runningMs ?? 0), -this.#asideMs);
  }

  can(kind: ProgramKind): boolean {
    return this.#programs.get(kind) !== null;
  }

  /** A program of the model, null where it cannot have one. */
  async program(kind: ProgramKind): Promise<ProgramSession | null> {
    const known = this.#programs.get(kind);
    if (known !== undefined) return known;
    const opened = await this.#timed(() => this.#openProgram(kind)).catch((error: unknown) => {
      if (isDeviceMissing(error) || error instanceof TrialError) throw error;
      this.#refuse(
        kind,
        `its program does not open: ${error instanceof Error ? error.message : String(error)}`,
      );
      return null;
    });
    this.#asideMs += opened?.runningMs ?? 0;
    this.#programs.set(kind, opened);
    return opened;
  }

  /** What generates for batches of so many rows in one go; null where the model cannot. */
  async loop(rows: number): Promise<ProgramSession | null> {
    const single = rows === 1 && this.padsLeft ? await this.program('single') : null;
    const wide = rows >= WIDE_ROWS && this.padsLoops ? await this.program('wide') : null;
    return single ?? wide ?? (await this.program('generate'));
  }

  /** What scores branching rows; null where the model cannot, or has failed the check. */
  async trees(): Promise<CheckedTrees | null> {
    if (this.#trees !== null) return this.#trees;
    const program = await this.program('tree');
    if (program === null) return null;
    const { signature } = this;
    const scorer = new TreeScorer(program, { signature, loneRows: hasPackedCache(this.#model) });
    const trees = new CheckedTrees(scorer, { cache: this.#cache, check: this.#treeCheck() });
    const reason = await this.#aside(program, () => trees.obstacle());
    if (reason === null) return (this.#trees = trees);
    this.#refuse('tree', reason);
    // It leaves the sum of `runningMs`, and all that it ran was aside.
    this.#asideMs -= program.runningMs;
    await program.release();
    return null;
  }

  /** The same for a batch: null, too, where its rows are too long to branch. */
  async treesFor(work: ScoreWork): Promise<CheckedTrees | null> {
    const trees = await this.trees();
    const program = await this.program('tree');
    if (trees === null || program === null) return null;
    const reason = await this.#aside(program, () => trees.obstacleTo(work));
    if (reason !== null) this.#remarkOn('tree', reason);
    return reason === null ? trees : null;
  }

  /** The model as it is, warmed up. */
  async plain(): Promise<DecoderSession> {
    this.#plain ??= await this.#timed(async () => {
      const session = await DecoderSession.open(this.#spec, {
        padsLeft: this.padsLeft,
      });
      // Attention shows in the profile of a GPU from two tokens on.
      this.#remark(await session.warmUp(this.#spec.device === 'cpu' ? 1 : 2));
      this.#asideMs += session.runningMs;
      return session;
    });
    return this.#plain;
  }

  async release(): Promise<void> {
    for (const session of [this.#plain, ...this.#programs.values()]) await session?.release();
  }

  #treeCheck(): TreeCheck {
    const { graph } = this.#model;
    const isRounded = graph.nodes.some(({ opType }) => ROUNDING.has(opType));
    const floats = hasHalfWeights(graph) ? 'float16' : 'float32';
    return {
      vocabularySize: this.signature.vocabularySize ?? SMALLEST_VOCABULARY,
      arithmetic: isRounded ? 'rounded' : floats,
      firstPass: this.signature.useCacheBranch === null ? null : (work) => this.#firstPass(work),
    };
  }

  async #firstPass(work: ScoreWork): Promise<ScoreAnswer> {
    const program = await this.#openProgram('score');
    try {
      return await scoreByProgram(program, work, this.signature);
    } finally {
      await program.release();
    }
  }

  // A device that other work than the CPU's is asked of proves first that it does that work.
  async #openProgram(kind: ProgramKind): Promise<ProgramSession> {
    const { cache } = this.signature;
    const onDevice =
      kind === 'step' && this.#spec.device === 'webgpu' ? cache.map(({ present }) => present) : [];
    const { modelFile, device } = this.#spec;
    const written = this.#cache.bytes(kind, () => writeProgram(modelFile, kind, device));
    const { folder } = weightPlaces(this.#model);
    const ready = { written, folder };
    const program = await ProgramSession.open(this.#spec, kind, { onDevice, ready });
    // What attention was made of is recognised; whether onnxruntime's one operator takes its mask shows when it runs.
    const isLoop = kind === 'generate' || kind === 'wide';
    const isTold = kind === 'single' || (isLoop && this.padsLoops && !this.padsLeft);
    if (this.#spec.device === 'cpu' && !isTold) return program;
    try {
      await probeProgram(program, kind, this.signature);
      this.#remark(program.checkPlacement());
      return program;
    } catch (error) {
      await program.release();
      throw error;
    }
  }

  #remark(stray: readonly string[]): void {
    for (const node of stray) this.#stray.add(node);
  }

  #obstacle(kind: ProgramKind): string | null {
    if ((kind === 'single' || kind === 'wide') && this.#spec.device !== 'cpu') return 'it is for the CPU';
    if (kind === 'generate' && this.#spec.device === 'webgpu') return 'WebGPU has no Loop';
    return obstacle(this.#model, this.signature, kind);
  }

  #refuse(kind: ProgramKind, reason: string): void {
    this.#programs.set(kind, null);
    this.#remarkOn(kind, reason);
  }

  #remarkOn(kind: ProgramKind, reason: string): void {
    const purpose = PURPOSES[kind];
    if (purpose !== null) this.#notes.set(kind, `${purpose}: ${reason}`);
  }

  /** Runs of a program that answer nothing: their time belongs to opening. */
  async #aside<T>(program: ProgramSession, ask: () => Promise<T>): Promise<T> {
    const before = program.runningMs;
    const answer = await this.#timed(ask);
    this.#asideMs += program.runningMs - before;
    return answer;
  }

  async #timed<T>(open: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await open();
    } finally {
      this.#openingMs += performance.now() - started;
    }
  }
}
