import { join } from 'node:path';
import { Command } from 'commander';
import { describeMachine } from '../machine/describe-machine.js';
import { findDevices } from '../machine/find-devices.js';
import { PACKAGE_ROOT } from '../machine/package-root.js';
import { probe } from '../machine/probe.js';
import { addonFinding, canSweep, renderDoctor, type DoctorReport } from './doctor-report.js';

/** `scalesweep doctor`: what this machine can run, what is missing, and the command that mends it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('show devices, providers, drivers, addon and versions, and what mends what is missing')
    .option('--json', 'print the findings as JSON')
    .action(async ({ json = false }: { json?: boolean }) => {
      const report = await examine();
      process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : renderDoctor(report));
      process.exitCode = canSweep(report) ? 0 : 1;
    });
}

async function examine(): Promise<DoctorReport> {
  const file = join(PACKAGE_ROOT, 'build', 'Release', 'tokenizer.node');
  const [machine, devices] = await Promise.all([describeMachine(), findDevices()]);
  return { machine, devices, addon: addonFinding(file, await probe('addon', file)) };
}
