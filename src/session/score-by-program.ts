import type { DecoderSignature } from '../onnx/decoder-signature.js';
import type { ScoreAnswer, ScoreWork } from './batch-work.js';
import type { Feeds } from './decoder-session.js';
import { offsetsOf, type PackedRows } from './packed-rows.js';
import type { ProgramSession } from './program-session.js';
import { cutRuns, type Run } from './runs.js';
import { SCORE_OUTPUTS, ScoredTargets } from './scored-targets.js';
import { IdMatrix } from './tensors.js';
import { writeRows } from './write-rows.js';

/** Scores a batch with the scoring program: two numbers come back for every scored token. */
export async function scoreByProgram(
  program: ProgramSession,
  work: ScoreWork,
  signature: DecoderSignature,
): Promise<ScoreAnswer> {
  const { rows } = work;
  const sums = {
    loglikelihoods: new Float64Array(rows.spanRows.length),
    greedy: new Uint8Array(rows.spanRows.length).fill(1),
  };
  const targetStarts = offsetsOf(rows.spanLengths);
  let computedTokens = 0;
  for (const run of cutRuns(rows, work.maxBatchTokens)) {
    const targets = new ScoredTargets();
    for (let span = run.firstSpan; span < run.endSpan; span++) {
      const first = ((rows.spanRows[span] ?? 0) - run.firstRow) * run.columns + (rows.spanFroms[span] ?? 0);
      for (let step = 0; step < (rows.spanLengths[span] ?? 0); step++) {
        targets.add(span, first + step, rows.targets[(targetStarts[span] ?? 0) + step] ?? 0);
      }
    }
    const feeds = { ...rowFeeds(rows, run, signature), ...targets.feeds() };
    targets.collect(await program.run(feeds, SCORE_OUTPUTS), sums);
    computedTokens += run.columns * (run.endRow - run.firstRow);
  }
  return { kind: 'score', ...sums, promptTokens: rows.tokens.length, computedTokens };
}

function rowFeeds(rows: PackedRows, run: Run, signature: DecoderSignature): Feeds {
  const height = run.endRow - run.firstRow;
  const ids = new IdMatrix(height, run.columns, 'int64');
  const mask = new IdMatrix(height, run.columns, 'int64');
  const positions = new IdMatrix(height, run.columns, 'int64');
  writeRows(rows, run, { ids, mask, positions });
  const feeds: Feeds = { [signature.inputIds.name]: ids.tensor() };
  if (signature.attentionMask !== null) feeds[signature.attentionMask.name] = mask.tensor();
  if (signature.positionIds !== null) feeds[signature.positionIds.name] = positions.tensor();
  return feeds;
}
