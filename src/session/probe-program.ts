import type { DecoderSignature } from '../onnx/decoder-signature.js';
import type { ProgramKind } from '../onnx/program/write-program.js';
import type { GenerateWork, ScoreWork } from './batch-work.js';
import { generateByProgram } from './generate-by-program.js';
import { generateBySteps } from './generate-by-steps.js';
import { packRows } from './packed-rows.js';
import type { ProgramSession } from './program-session.js';
import type { Row } from './score-layout.js';
import { scoreByProgram } from './score-by-program.js';
import { scoreShared } from './score-shared.js';
import { TreeScorer } from './score-trees.js';
import { shareContexts } from './sharing.js';

// Two choices of two tokens behind one token: no mask of theirs has more than four elements, see placement.ts.
const ROWS: readonly Row[] = [0, 1].map((choice) => ({
  tokens: Uint32Array.of(0, choice),
  spans: [{ requests: [choice], from: 0, targets: Uint32Array.of(choice, 0) }],
  group: 0,
  context: 1,
}));
const SCORE: ScoreWork = { kind: 'score', maxBatchTokens: 4, rows: packRows(ROWS) };

const GENERATE: GenerateWork = {
  kind: 'generate',
  tokens: Uint32Array.of(0),
  lengths: Uint32Array.of(1),
  until: [],
  maxNewTokens: 2,
  maxBatchTokens: 3,
};

const RULES = { endTokens: new Set<number>(), stops: [], maxNewTokens: GENERATE.maxNewTokens };
const CODEC = {
  vocabularySize: 0,
  encode: () => new Uint32Array(),
  decode: () => '',
  tokenToId: () => undefined,
};

/** Runs a program on the smallest work that goes through all of it: a warm-up, and what its placement is judged by. */
export async function probeProgram(
  program: ProgramSession,
  kind: ProgramKind,
  signature: DecoderSignature,
): Promise<void> {
  const stopping = { rules: RULES, codec: CODEC };
  switch (kind) {
    case 'score':
      await scoreByProgram(program, SCORE, signature);
      return;
    case 'tree': {
      const [first] = ROWS;
      const rows = packRows(first === undefined ? [] : [first]);
      await new TreeScorer(program, { signature, loneRows: true }).score({ ...SCORE, rows });
      return;
    }
    case 'shared':
      await scoreShared(
        program,
        SCORE,
        shareContexts(SCORE.rows, { maxTokens: SCORE.maxBatchTokens, padsLeft: true }) ?? [],
      );
      return;
    case 'generate':
    case 'single':
    case 'wide': {
      const stopIds = { table: new Uint8Array(signature.vocabularySize ?? 1), complete: true };
      await generateByProgram(program, GENERATE, {
        signature,
        padsLeft: false,
        sharesPrefix: false,
        stopping: { ...stopping, stopIds },
      });
      return;
    }
    case 'step':
      await generateBySteps(program, GENERATE, { signature, padsLeft: false, stopping });
  }
}
