#!/usr/bin/env node
import { reportFailure } from './failure.js';
import { program } from './program.js';

try {
  await (await program(process.argv.slice(2, 3))).parseAsync(process.argv);
} catch (error) {
  process.exitCode = reportFailure(error);
}
