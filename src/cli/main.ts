#!/usr/bin/env node
import { reportFailure } from './failure.js';
import { program } from './program.js';

try {
  await program().parseAsync(process.argv);
} catch (error) {
  process.exitCode = reportFailure(error);
}
