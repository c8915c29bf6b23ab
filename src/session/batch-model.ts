import { withBackOff } from './back-off.js';
import type { BatchAnswer, BatchWork, GenerateWork, ScoreWork } from './batch-work.js';
import type { SessionSpec } from './device-session.js';
import { generateByProgram } from './generate-by-program.js';
import { generateBySteps } from './generate-by-steps.js';
import { generatePlainly } from './generate-plainly.js';
import { ModelSessions } from './model-sessions.js';
import { runBound } from './run-bound.js';
import { scoreByProgram } from './score-by-program.js';
import { scorePlainly } from './score-plainly.js';
import { scoreShared } from './score-shared.js';
import { shareContexts } from './sharing.js';
import { knownStopIds } from './stop-ids.js';
import type { StopRules } from './stop-watch.js';
import type { TextCodec } from './text-codec.js';

/** What ends generations, beside a batch's own stops. */
export interface Ending {
  readonly endTokens: readonly number[];
  readonly endText: string | null;
  readonly codec: () => TextCodec;
}

/** A model that answers batches: by graph programs where it can be rewritten, with full logits where not. */
export class BatchModel {
  readonly #sessions: ModelSessions;
  readonly #runBound: number;

  constructor(spec: SessionSpec, { programs }: { readonly programs: boolean }) {
    this.#sessions = new ModelSessions(spec, programs);
    this.#runBound = runBound(spec);
  }

  /** Remarks on how it runs, and why not faster. */
  get notes(): readonly string[] {
    return this.#sessions.notes;
  }

  /** Time spent opening and warming up sessions so far, in milliseconds. */
  get openingMs(): number {
    return this.#sessions.openingMs;
  }

  /** Time in the runtime so far, in milliseconds; what a batch takes beyond it is ours: feeds, answers, text. */
  get runningMs(): number {
    return this.#sessions.runningMs;
  }

  /** Opens the sessions that answer batches like this one, so that the first finds them open. */
  async open(work: BatchWork): Promise<void> {
    if (work.kind === 'score') await this.#sessions.treesFor(this.#bounded(work));
    else await this.#sessions.loop(work.lengths.length);
  }

  /** Answers a batch, in smaller parts where memory does not suffice: `onBound` hears to how many tokens they are bound. */
  async answer(
    work: BatchWork,
    ending: Ending,
    onBound: (maxPartTokens: number) => void = () => undefined,
  ): Promise<BatchAnswer> {
    const answer = async (part: BatchWork): Promise<BatchAnswer> =>
      part.kind === 'score' ? await this.#score(part) : await this.#generate(part, ending);
    return await withBackOff(work, answer, onBound);
  }

  async release(): Promise<void> {
    await this.#sessions.release();
  }

  #bounded(work: ScoreWork): ScoreWork {
    return { ...work, maxBatchTokens: Math.min(work.maxBatchTokens, this.#runBound) };
  }

  async #score(batch: ScoreWork): Promise<BatchAnswer> {
    const work = this.#bounded(batch);
    const trees = await this.#sessions.treesFor(work);
    if (trees !== null) return await trees.score(work);
    const runs = this.#sessions.can('shared')
      ? shareContexts(work.rows, { maxTokens: work.maxBatchTokens, padsLeft: this.#sessions.padsLeft })
      : null;
    const shared = runs === null ? null : await this.#sessions.program('shared');
    if (runs !== null && shared !== null) return await scoreShared(shared, work, runs);
    const program = await this.#sessions.program('score');
    if (program !== null) return await scoreByProgram(program, work, this.#sessions.signature);
    return await scorePlainly(await this.#sessions.plain(), work);
  }

  async #generate(work: GenerateWork, { endTokens, endText, codec }: Ending): Promise<BatchAnswer> {
    const stops = [...work.until, ...(endText === null || endText === '' ? [] : [endText])];
    const rules: StopRules = { endTokens: new Set(endTokens), stops, maxNewTokens: work.maxNewTokens };
    const { signature, padsLeft, padsLoops } = this.#sessions;
    const stopping = { rules, codec: codec() };
    const loop = await this.#sessions.loop(work.lengths.length);
    if (loop !== null && signature.vocabularySize !== null) {
      const stopIds = knownStopIds(rules, codec(), signature.vocabularySize);
      return await generateByProgram(loop, work, {
        signature,
        padsLeft: padsLoops,
        // Attention over a packed cache takes one token at a time for several rows, and a pass of a merged decoder may.
        sharesPrefix: padsLeft && signature.useCacheBranch === null,
        stopping: { ...stopping, stopIds },
      });
    }
    const step = await this.#sessions.program('step');
    if (step !== null) return await generateBySteps(step, work, { signature, padsLeft, stopping });
    return await generatePlainly(await this.#sessions.plain(), work, stopping);
  }
}
