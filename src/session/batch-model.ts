import type { BatchAnswer, BatchWork } from './batch-work.js';
import { DecoderSession, type SessionSpec } from './decoder-session.js';
import { generatePlainly } from './generate-plainly.js';
import { scorePlainly } from './score-plainly.js';
import type { StopRules } from './stop-watch.js';
import type { TextCodec } from './text-codec.js';

/** What ends generations, beside a batch's own stops. */
export interface Ending {
  readonly endTokens: readonly number[];
  readonly endText: string | null;
  readonly codec: () => TextCodec;
}

/** A model that answers batches. */
export class BatchModel {
  readonly #session: DecoderSession;
  /** Remarks on how it runs. */
  readonly notes: readonly string[] = [];

  private constructor(session: DecoderSession) {
    this.#session = session;
  }

  /** Opens a model and runs it once, so that the first batch is not slower than the others. */
  static async open(spec: SessionSpec): Promise<BatchModel> {
    const session = await DecoderSession.open(spec);
    const ids = session.ids(1, 1);
    const mask = session.matrix('attentionMask', 1, 1);
    mask?.set(0, 0, 1);
    const positions = session.matrix('positionIds', 1, 1);
    await session.run({ ids, mask, positions, cache: null }, { cache: false });
    return new BatchModel(session);
  }

  async answer(work: BatchWork, ending: Ending): Promise<BatchAnswer> {
    if (work.kind === 'score') return await scorePlainly(this.#session, work);
    const stops = [...work.until, ...(ending.endText === null ? [] : [ending.endText])];
    const rules: StopRules = {
      endTokens: new Set(ending.endTokens),
      stops: stops.filter((stop) => stop !== ''),
      maxNewTokens: work.maxNewTokens,
    };
    return await generatePlainly(this.#session, work, { rules, codec: ending.codec() });
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}
