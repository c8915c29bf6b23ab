import { existsSync, readFileSync } from 'node:fs';
import { freemem, getPriority, loadavg } from 'node:os';
import type { MachineDescription } from '../machine/describe-machine.js';
import type { GpuSettings } from '../machine/nvml.js';
import type { IdleDevices } from './idle-devices.js';

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
  /** Power of the idle devices in watts, by device; those without a readable energy counter are left out. */
  readonly idleWatts: Readonly<Record<string, number>>;
  /** What is set on the GPU that is measured; null on the CPU and without NVIDIA's driver. */
  readonly gpuSettings: (GpuSettings & { readonly temperatureC: number | null }) | null;
  /** Whether cores run two threads each, null where the system does not tell. */
  readonly smt: boolean | null;
  /** Randomisation of addresses (0 off, 2 full), which moves times by some percent from process to process. */
  readonly aslr: number | null;
  readonly freeMemoryBytes: number;
  /** Scheduling priority ("nice"), of the bench's session where Linux weighs sessions: -20 the highest, 0 the usual one. */
  readonly priority: number;
}

const GOVERNOR = '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor';
const SMT = '/sys/devices/system/cpu/smt/active';
const AUTOGROUP = '/proc/self/autogroup';
const ASLR = '/proc/sys/kernel/randomize_va_space';

/** Describes the machine once for a bench; `idle` is what its devices showed before anything ran. */
export function environmentOf(machine: MachineDescription, idle: IdleDevices): BenchEnvironment {
  const [gpu] = machine.gpus;
  return {
    cpu: machine.cpu.model,
    cores: machine.cpu.usableCores,
    memoryBytes: machine.memoryLimitBytes ?? machine.memoryBytes,
    gpu: idle.gpu?.name ?? gpu?.name ?? null,
    driver: gpu?.driver ?? null,
    os: machine.os.name ?? machine.os.platform,
    kernel: machine.os.kernel,
    governor: lineOf(GOVERNOR),
    node: process.version,
    onnxruntime: machine.versions['onnxruntime-node'] ?? 'unknown',
    scalesweep: machine.versions['scalesweep'] ?? 'unknown',
    commit: machine.commit,
    loadAverage: loadavg()[0] ?? 0,
    idleWatts: idle.watts,
    gpuSettings: idle.gpu,
    smt: booleanOf(lineOf(SMT)),
    aslr: numberOf(lineOf(ASLR)),
    freeMemoryBytes: freemem(),
    priority: priorityOf(lineOf(AUTOGROUP)),
  };
}

const lineOf = (file: string): string | null => (existsSync(file) ? readFileSync(file, 'utf8').trim() : null);
const booleanOf = (line: string | null): boolean | null => (line === null ? null : line === '1');
const numberOf = (line: string | null): number | null => (line === null ? null : Number(line));

/** Sessions are weighed against each other; within one, processes are (sched(7), "The autogroup feature"). */
function priorityOf(autogroup: string | null): number {
  const session = /nice (-?\d+)/.exec(autogroup ?? '')?.[1];
  return session === undefined ? getPriority() : Number(session);
}
