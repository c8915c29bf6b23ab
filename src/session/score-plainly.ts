import { TrialError } from '../errors.js';
import type { ScoreAnswer, ScoreWork } from './batch-work.js';
import type { DecoderSession } from './decoder-session.js';
import { scoreTarget } from './log-softmax.js';
import { offsetsOf, type PackedRows } from './packed-rows.js';
import { cutRuns, type Run } from './runs.js';
import { floatsOf } from './tensors.js';
import { writeRows } from './write-rows.js';

/** Scores a batch the plain way: logits of every position come back, and the log-softmax of the scored ones is summed here. */
export async function scorePlainly(session: DecoderSession, work: ScoreWork): Promise<ScoreAnswer> {
  const { rows } = work;
  const loglikelihoods = new Float64Array(rows.spanRows.length);
  const greedy = new Uint8Array(rows.spanRows.length).fill(1);
  let computedTokens = 0;
  for (const run of cutRuns(rows, work.maxBatchTokens)) {
    const logits = await forward(session, rows, run);
    const width = logits.dims[2] ?? 0;
    const targetStarts = offsetsOf(rows.spanLengths);
    for (let span = run.firstSpan; span < run.endSpan; span++) {
      const row = (rows.spanRows[span] ?? 0) - run.firstRow;
      const from = rows.spanFroms[span] ?? 0;
      for (let step = 0; step < (rows.spanLengths[span] ?? 0); step++) {
        const start = (row * run.columns + from + step) * width;
        const target = rows.targets[(targetStarts[span] ?? 0) + step] ?? 0;
        const score = scoreTarget(floatsOf(logits, start, start + width), target);
        loglikelihoods[span] = (loglikelihoods[span] ?? 0) + score.logProbability;
        if (!score.isGreedy) greedy[span] = 0;
      }
    }
    computedTokens += run.columns * (run.endRow - run.firstRow);
  }
  return { kind: 'score', loglikelihoods, greedy, promptTokens: rows.tokens.length, computedTokens };
}

async function forward(session: DecoderSession, rows: PackedRows, run: Run) {
  const height = run.endRow - run.firstRow;
  const ids = session.ids(height, run.columns);
  const mask = session.matrix('attentionMask', height, run.columns);
  const positions = session.matrix('positionIds', height, run.columns);
  writeRows(rows, run, { ids, mask, positions });
  const { logits } = await session.run({ ids, mask, positions, cache: null }, { cache: false });
  if (logits.dims[1] !== run.columns) {
    throw new TrialError(
      'LAST_LOGITS_ONLY',
      `Expected logits of all ${run.columns} positions, but the model gives those of ${logits.dims[1] ?? 0}; it can generate and not be scored: export it with the logits of every position.`,
    );
  }
  return logits;
}
