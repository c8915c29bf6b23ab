import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { benchCommand } from './bench-command.js';
import { doctorCommand } from './doctor-command.js';
import { modelsCommand } from './models-command.js';
import { runCommand } from './run-command.js';
import { setupCommand } from './setup-command.js';
import { tasksCommand } from './tasks-command.js';

/** The whole command line. */
export function program(): Command {
  const root = new Command('scalesweep')
    .description(
      'Sweeps families of ONNX language models of increasing size over tasks, and tells what the curves mean',
    )
    .version(packageVersion())
    .exitOverride()
    .showHelpAfterError('(try --help)');
  const commands = [
    runCommand(),
    tasksCommand(),
    modelsCommand(),
    benchCommand(),
    doctorCommand(),
    setupCommand(),
  ];
  for (const command of commands) root.addCommand(command);
  root.commands.forEach(throwInsteadOfExit);
  return root;
}

/** A command that is attached later does not inherit this from its parent. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride().showHelpAfterError('(try --help)');
  command.commands.forEach(throwInsteadOfExit);
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
