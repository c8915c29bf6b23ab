import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { SweepError } from '../errors.js';
import { Tokenizer, type EncodeOptions } from '../tokenizer/tokenizer.js';
import { answerLines } from './json-lines.js';

interface Flags {
  readonly tokenizer: string;
  readonly special: boolean;
  readonly literalSpecials?: boolean;
  readonly keepSpecial?: boolean;
  readonly count?: boolean;
  readonly decode?: boolean;
  readonly truncate?: boolean;
  readonly pad?: boolean;
}

/** `scalesweep tokenize`: JSON strings in, JSON arrays of ids out, one a line; with --decode the other way round. */
export function tokenizeCommand(): Command {
  return new Command('tokenize')
    .description('turn JSON strings on stdin, one a line, into JSON arrays of token ids on stdout')
    .requiredOption('--tokenizer <file|dir>', 'a tokenizer.json, or the model directory that holds one')
    .option('--no-special', 'add no special tokens (those written in the text still count)')
    .option('--literal-specials', 'encode special tokens written in the text as plain text')
    .option('--count', 'print the number of ids instead of the ids')
    .option('--decode', 'read arrays of ids, print strings')
    .option('--keep-special', 'with --decode: keep special tokens in the text')
    .option('--truncate', 'apply the truncation stored in the file')
    .option('--pad', 'apply the padding stored in the file')
    .action(async (flags: Flags) => {
      await tokenizeLines(flags, process.stdin, process.stdout);
    });
}

/** Answers every line of `input` on `output`, holding only a few chunks at a time. */
export async function tokenizeLines(
  flags: Flags,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<void> {
  if (flags.count === true && flags.decode === true) {
    throw new SweepError('BAD_FLAGS', 'Expected --count or --decode, got both: drop one of them.');
  }
  const answer = answerer(Tokenizer.fromFile(flags.tokenizer), flags);
  try {
    await pipeline(input, (source) => answerLines(source, answer), output, { end: false });
  } catch (error) {
    // The reader of stdout has seen enough.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

/** What one parsed line becomes. It throws a sentence's end when the line is not what it should be. */
function answerer(tokenizer: Tokenizer, flags: Flags): (value: unknown) => string {
  if (flags.decode === true) {
    const options = { skipSpecialTokens: flags.keepSpecial !== true };
    return (value) => JSON.stringify(tokenizer.decode(checkIds(value), options));
  }
  const options: EncodeOptions = {
    addSpecialTokens: flags.special,
    literalSpecials: flags.literalSpecials === true,
    truncate: flags.truncate === true,
    pad: flags.pad === true,
  };
  if (flags.count === true) return (value) => String(tokenizer.count(checkText(value), options));
  return (value) => `[${tokenizer.encode(checkText(value), options).join(',')}]`;
}

function checkText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new SweepError('BAD_LINE', `a JSON string, got ${kindOf(value)}`);
}

function checkIds(value: unknown): number[] {
  if (Array.isArray(value) && value.every((id) => Number.isInteger(id) && id >= 0 && id < 2 ** 32)) {
    return value as number[];
  }
  throw new SweepError('BAD_LINE', `a JSON array of token ids, got ${kindOf(value)}`);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  return value === null ? 'null' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
