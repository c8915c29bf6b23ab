import { readFileSync } from 'node:fs';
import { Command } from 'commander';

type CommandFactory = () => Command;

/** Commands in the order of the help page, each in a module of its own that is loaded when it is needed. */
const COMMANDS: Readonly<Record<string, () => Promise<CommandFactory>>> = {
  run: async () => (await import('./run-command.js')).runCommand,
  rescore: async () => (await import('./rescore-command.js')).rescoreCommand,
  report: async () => (await import('./report-command.js')).reportCommand,
  analyze: async () => (await import('./analyze-command.js')).analyzeCommand,
  compare: async () => (await import('./compare-command.js')).compareCommand,
  tasks: async () => (await import('./tasks-command.js')).tasksCommand,
  models: async () => (await import('./models-command.js')).modelsCommand,
  bench: async () => (await import('./bench-command.js')).benchCommand,
  history: async () => (await import('./history-command.js')).historyCommand,
  tokenize: async () => (await import('./tokenize-command.js')).tokenizeCommand,
  doctor: async () => (await import('./doctor-command.js')).doctorCommand,
  setup: async () => (await import('./setup-command.js')).setupCommand,
};

/** The command line for these arguments: the command that they name, or all of them where they name none. */
export async function program(argv: readonly string[]): Promise<Command> {
  const root = new Command('scalesweep')
    .description(
      'Sweeps families of ONNX language models of increasing size over tasks, and tells what the curves mean',
    )
    .version(packageVersion());
  if (argv[0] === '--version' || argv[0] === '-V') return root;
  const named = argv.map((word) => COMMANDS[word]).find((load) => load !== undefined);
  for (const load of named === undefined ? Object.values(COMMANDS) : [named]) {
    root.addCommand((await load())());
  }
  throwInsteadOfExit(root);
  return root;
}

/** A command that is attached does not inherit this from its parent. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride().showHelpAfterError('(try --help)');
  command.commands.forEach(throwInsteadOfExit);
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
