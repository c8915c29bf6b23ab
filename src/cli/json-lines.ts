import { SweepError } from '../errors.js';

/** Answers are gathered to about this many characters before they are written. */
const CHUNK_CHARACTERS = 1 << 16;

/**
 * One answer line for every JSON line of `source`, in chunks. A line that is not JSON, or that `answer` refuses, ends
 * it with a SweepError that names the line; answers to the lines before it are given first.
 */
export async function* answerLines(
  source: AsyncIterable<string | Uint8Array>,
  answer: (value: unknown) => string,
): AsyncGenerator<string> {
  let gathered = '';
  let number = 0;
  try {
    for await (const line of linesOf(source)) {
      gathered += `${answerLine(line, ++number, answer)}\n`;
      if (gathered.length < CHUNK_CHARACTERS) continue;
      yield gathered;
      gathered = '';
    }
  } catch (error) {
    if (gathered !== '') yield gathered;
    throw error;
  }
  if (gathered !== '') yield gathered;
}

function answerLine(line: string, number: number, answer: (value: unknown) => string): string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    const got =
      line.trim() === '' ? 'an empty line' : `\`${line.slice(0, 40)}${line.length > 40 ? '...' : ''}\``;
    throw new SweepError('BAD_LINE', `Expected JSON on line ${String(number)} of stdin, got ${got}.`, {
      cause,
    });
  }
  try {
    return answer(value);
  } catch (cause) {
    if (!(cause instanceof SweepError)) throw cause;
    const message =
      cause.code === 'BAD_LINE'
        ? `Expected line ${String(number)} of stdin to be ${cause.message}.`
        : `Line ${String(number)} of stdin: ${cause.message}`;
    throw new SweepError(cause.code, message, { cause });
  }
}

/** Lines without their ends. Whole pieces are joined once, so a line of any length takes linear time. */
async function* linesOf(source: AsyncIterable<string | Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  for await (const chunk of source) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    let begin = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', begin)) {
      pieces.push(text.slice(begin, end));
      yield pieces.join('');
      pieces = [];
      begin = end + 1;
    }
    if (begin < text.length) pieces.push(text.slice(begin));
  }
  pieces.push(decoder.decode());
  const last = pieces.join('');
  if (last !== '') yield last;
}
