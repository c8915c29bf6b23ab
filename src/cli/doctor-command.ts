import { join } from 'node:path';
import { Command } from 'commander';
import { describeMachine } from '../machine/describe-machine.js';
import { findDevices } from '../machine/find-devices.js';
import { PACKAGE_ROOT } from '../machine/package-root.js';
import { probe } from '../machine/probe.js';
import { numericsReport } from './numerics-report.js';
import { Tokenizer } from '../tokenizer/tokenizer.js';
import { addonFinding, canSweep, renderDoctor, type DoctorReport } from './doctor-report.js';

/** `scalesweep doctor`: what this machine can run, what is missing, and the command that mends it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('show devices, providers, drivers, addon and versions, and what mends what is missing')
    .option('--json', 'print the findings as JSON')
    .option(
      '--model <dir>',
      'ask a model the same in every way on every device, and tell how far the answers lie apart',
    )
    .option('--tokenizer <file>', 'tell instead how a tokenizer.json (or its directory) is run')
    .action(
      async ({ json = false, tokenizer, model }: { json?: boolean; tokenizer?: string; model?: string }) => {
        if (model !== undefined) {
          process.stdout.write(await numericsReport(model, json));
          return;
        }
        if (tokenizer !== undefined) {
          process.stdout.write(describeTokenizer(tokenizer, json));
          return;
        }
        const report = await examine();
        process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : renderDoctor(report));
        process.exitCode = canSweep(report) ? 0 : 1;
      },
    );
}

async function examine(): Promise<DoctorReport> {
  const file = join(PACKAGE_ROOT, 'build', 'Release', 'tokenizer.node');
  const [machine, devices] = await Promise.all([describeMachine(), findDevices()]);
  return { machine, devices, addon: addonFinding(file, await probe('addon', file)) };
}

/** Size, special tokens, and which path each component takes: hand-written code or the general matcher. */
function describeTokenizer(file: string, json: boolean): string {
  const tokenizer = Tokenizer.fromFile(file);
  const { path, vocabularySize, memoryBytes } = tokenizer;
  const specialTokens = Object.fromEntries(tokenizer.specialTokens);
  if (json) return `${JSON.stringify({ path, vocabularySize, specialTokens, memoryBytes }, null, 2)}\n`;
  const special = Object.entries(specialTokens).map(([token, id]) => `${JSON.stringify(token)} ${id}`);
  return [
    `path        ${path}`,
    `vocabulary  ${vocabularySize} tokens, ${(memoryBytes.tables / 2 ** 20).toFixed(1)} MiB of tables`,
    `special     ${special.join(', ') || 'none'}`,
    '',
  ].join('\n');
}
