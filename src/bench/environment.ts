import { existsSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeMachine } from '../machine/describe-machine.js';
import { countersBetween, readMachineCounters } from './machine-watch.js';

/** Where figures come from; stands in every row. */
export interface BenchEnvironment {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly gpu: string | null;
  readonly driver: string | null;
  readonly os: string;
  readonly kernel: string;
  /** Frequency governor of the first core, null where the system has none. */
  readonly governor: string | null;
  readonly node: string;
  readonly onnxruntime: string;
  readonly scalesweep: string;
  readonly commit: string | null;
  /** Runnable processes when the bench began (1 minute average). */
  readonly loadAverage: number;
  /** Power of the idle machine, in watts; null where it has no readable energy counter. */
  readonly idleWatts: number | null;
}

const GOVERNOR = '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor';
const IDLE_MS = 2000;

/** Describes the machine once for a bench; waits two seconds to learn its idle power where that can be read. */
export async function readEnvironment(): Promise<BenchEnvironment> {
  const machine = await describeMachine();
  const [gpu] = machine.gpus;
  return {
    cpu: machine.cpu.model,
    cores: machine.cpu.usableCores,
    memoryBytes: machine.memoryLimitBytes ?? machine.memoryBytes,
    gpu: gpu?.name ?? null,
    driver: gpu?.driver ?? null,
    os: machine.os.name ?? machine.os.platform,
    kernel: machine.os.kernel,
    governor: existsSync(GOVERNOR) ? readFileSync(GOVERNOR, 'utf8').trim() : null,
    node: process.version,
    onnxruntime: machine.versions['onnxruntime-node'] ?? 'unknown',
    scalesweep: machine.versions['scalesweep'] ?? 'unknown',
    commit: machine.commit,
    loadAverage: loadavg()[0] ?? 0,
    idleWatts: await idlePower(),
  };
}

async function idlePower(): Promise<number | null> {
  const before = readMachineCounters();
  if (before.energyJ === null) return null;
  await sleep(IDLE_MS);
  const { energyJ, atMs } = countersBetween(before, readMachineCounters());
  return energyJ === null ? null : energyJ / (atMs / 1000);
}
