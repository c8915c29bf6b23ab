import { Command } from 'commander';
import { styleFor } from '../builder/build-family.js';
import { BUILD_PRECISIONS, type GraphStyle } from '../builder/decoder-build.js';
import { exportModel } from '../builder/export-model.js';
import { parsePrecisions, styleOption } from './models-build.js';
import { writingProgress } from './writing-progress.js';

interface Flags {
  readonly precision: string;
  readonly style: GraphStyle | 'auto';
  readonly output: string;
}

/** `scalesweep models export`: a transformers checkpoint as an ONNX model directory. */
export function modelsExportCommand(): Command {
  return new Command('export')
    .description('write a transformers checkpoint (config.json and safetensors) as ONNX')
    .argument('<dir>', 'checkpoint directory: config.json, tokenizer.json, *.safetensors')
    .option('--precision <name,...>', 'fp32, fp16, int8, q4, q4f16', 'fp32')
    .addOption(styleOption())
    .requiredOption('-o, --output <dir>', 'model directory to write')
    .action(async (from: string, flags: Flags) => {
      const progress = writingProgress();
      for (const precision of parsePrecisions(flags.precision, BUILD_PRECISIONS)) {
        const request = { from, precision, style: styleFor(flags.style, precision) };
        const { file, weightBytes } = await exportModel(flags.output, request, {
          onBytes: progress.onBytes,
        });
        progress.end();
        process.stdout.write(`${file}  ${precision}  ${(weightBytes / 1e6).toFixed(1)} MB\n`);
      }
    });
}
