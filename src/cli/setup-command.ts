import { Argument, Command } from 'commander';
import { installCuda } from '../machine/install-cuda.js';

/** `scalesweep setup cuda`: fetches what only some machines need, and checks that it works. */
export function setupCommand(): Command {
  return new Command('setup')
    .description("fetch onnxruntime's CUDA files and check that a session opens on the GPU")
    .addArgument(new Argument('<what>', 'what to set up').choices(['cuda']))
    .action(async () => {
      const devices = await installCuda((text) => process.stderr.write(text));
      for (const { device } of devices) process.stdout.write(`${device}  yes: a session ran there\n`);
    });
}
