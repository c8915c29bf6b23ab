import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, machine, platform, release, totalmem } from 'node:os';
import { findGpus, type Gpu } from './gpus.js';
import { isCheckout, PACKAGE_ROOT, readVersions } from './package-root.js';
import { runTool, type RunTool } from './run-tool.js';

/** Where numbers come from: enough to tell two machines, and two states of this program, apart. */
export type MachineDescription = {
  readonly cpu: {
    readonly model: string;
    readonly physicalCores: number | null;
    readonly logicalCores: number;
    /** Cores this process may use (affinity). */
    readonly usableCores: number;
  };
  readonly memoryBytes: number;
  /** Bound set from outside, such as a container's; null where there is none. */
  readonly memoryLimitBytes: number | null;
  readonly os: {
    readonly platform: string;
    readonly name: string | null;
    readonly kernel: string;
    readonly architecture: string;
  };
  readonly gpus: readonly Gpu[];
  /** Of this package, Node, and every direct dependency. */
  readonly versions: Readonly<Record<string, string>>;
  /** Commit of the checkout, ending in "+changes" where files differ from it; null outside a checkout. */
  readonly commit: string | null;
};

/** Describes this machine and the versions at work. Starts nvidia-smi, vulkaninfo and git where present; never fails. */
export async function describeMachine(run: RunTool = runTool): Promise<MachineDescription> {
  const [gpus, commit, osName, physicalCores] = await Promise.all([
    findGpus(run),
    readCommit(run),
    readOsName(),
    countPhysicalCores(),
  ]);
  const logical = cpus();
  return {
    cpu: {
      model: logical[0]?.model.trim() ?? 'unknown',
      physicalCores,
      logicalCores: logical.length,
      usableCores: availableParallelism(),
    },
    memoryBytes: totalmem(),
    memoryLimitBytes: memoryLimit(),
    os: { platform: platform(), name: osName, kernel: release(), architecture: machine() },
    gpus,
    versions: readVersions(),
    commit,
  };
}

/** Node reports "no limit" as 0 or as a number beyond any memory. */
function memoryLimit(): number | null {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : null;
}

async function readCommit(run: RunTool): Promise<string | null> {
  if (!isCheckout()) return null;
  const commit = await run('git', ['-C', PACKAGE_ROOT, 'rev-parse', 'HEAD']);
  if (commit === null) return null;
  const changes = await run('git', ['-C', PACKAGE_ROOT, 'status', '--porcelain', '--untracked-files=no']);
  return `${commit.trim()}${changes?.trim() === '' ? '' : '+changes'}`;
}

async function readOsName(): Promise<string | null> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text)?.[1] ?? null;
}

/** Distinct (socket, core) pairs in /proc/cpuinfo; null where the system does not tell. */
async function countPhysicalCores(): Promise<number | null> {
  const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const cores = text.split('\n\n').flatMap((processor) => {
    const core = /^core id\s*:\s*(\d+)/m.exec(processor)?.[1];
    const socket = /^physical id\s*:\s*(\d+)/m.exec(processor)?.[1] ?? '0';
    return core === undefined ? [] : [`${socket}/${core}`];
  });
  return cores.length > 0 ? new Set(cores).size : null;
}
