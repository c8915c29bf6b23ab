import { Command, Option } from 'commander';
import { buildFamily, type BuiltModel } from '../builder/build-family.js';
import { BUILD_PRECISIONS, GRAPH_STYLES, type GraphStyle } from '../builder/decoder-build.js';
import { ARCHITECTURES, DEFAULT_VOCABULARY, type Architecture } from '../builder/dimensions.js';
import { formatCount, parseScales } from '../builder/scale-label.js';
import { SweepError } from '../errors.js';
import { writingProgress } from './writing-progress.js';

interface Flags {
  readonly arch: Architecture;
  readonly params: string;
  readonly precision: string;
  readonly style: GraphStyle | 'auto';
  readonly vocab?: string;
  readonly context: string;
  readonly seed: string;
  readonly output: string;
}

/** `scalesweep models build`: synthetic models of any size. */
export function modelsBuildCommand(): Command {
  return new Command('build')
    .description('write synthetic models (random weights, seeded) of the asked sizes')
    .addOption(new Option('--arch <name>', 'architecture').choices(ARCHITECTURES).default('llama'))
    .requiredOption('--params <n,...>', 'parameter counts: 10m,100m,1b,7b')
    .option('--precision <name,...>', BUILD_PRECISIONS.join(', '), 'fp32')
    .addOption(styleOption())
    .option('--vocab <n>', "vocabulary; default: the architecture's usual one")
    .option('--context <n>', 'longest context in tokens', '2048')
    .option('--seed <n>', 'seed of the weights', '0')
    .requiredOption('-o, --output <dir>', 'family directory to write into')
    .action(async (flags: Flags) => {
      const progress = writingProgress();
      const family = {
        architecture: flags.arch,
        scales: parseScales(flags.params),
        precisions: parsePrecisions(flags.precision, BUILD_PRECISIONS),
        style: flags.style,
        vocabulary: wholeNumber('--vocab', flags.vocab ?? String(DEFAULT_VOCABULARY[flags.arch])),
        context: wholeNumber('--context', flags.context),
        seed: wholeNumber('--seed', flags.seed),
      };
      for await (const built of buildFamily(flags.output, family, { onBytes: progress.onBytes })) {
        progress.end();
        process.stdout.write(`${describe(built)}\n`);
      }
    });
}

/** --style, the same for `build` and `export`. */
export function styleOption(): Option {
  return new Option('--style <name>', 'operators: standard ones, or the fused ones of onnxruntime')
    .choices(['auto', ...GRAPH_STYLES])
    .default('auto');
}

/** Precisions of a comma-separated flag. Throws SweepError with the known names. */
export function parsePrecisions<P extends string>(text: string, known: readonly P[]): P[] {
  return text.split(',').map((part) => {
    const found = known.find((name) => name === part.trim());
    if (found !== undefined) return found;
    throw new SweepError(
      'UNKNOWN_PRECISION',
      `Expected --precision among ${known.join(', ')}, got ${JSON.stringify(part)}.`,
    );
  });
}

function wholeNumber(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0 && text.trim() !== '') return value;
  throw new SweepError('FLAG', `Expected a whole number from 0 in ${flag}, got ${JSON.stringify(text)}.`);
}

function describe({ file, precision, nParams, weightBytes, dimensions }: BuiltModel): string {
  const { after, layers, hidden } = dimensions;
  const shape = after ?? `${layers} layers x ${hidden}`;
  return `${file}  ${precision}  ${formatCount(nParams)} parameters  ${(weightBytes / 1e6).toFixed(1)} MB  ${shape}`;
}
