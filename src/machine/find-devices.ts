import { inspectCudaFiles, type CudaFiles } from './cuda-files.js';
import { findGpus, type Gpu } from './gpus.js';
import { probe, type Probe } from './probe.js';
import { runTool, type RunTool } from './run-tool.js';

/** One device as a sweep names it, and whether a session ran there just now. */
export interface DeviceFinding {
  /** `cpu`, `webgpu`, `cuda:N`; `cuda` alone where no CUDA GPU was found. */
  readonly device: string;
  readonly works: boolean;
  /** Why it does not work, null where it does. */
  readonly reason: string | null;
  /** The command or step that mends it, null where there is nothing to mend or no way to. */
  readonly mend: string | null;
}

/** The parts that a test replaces. */
export interface DevicePorts {
  readonly run: RunTool;
  readonly probe: (...subject: readonly string[]) => Promise<Probe>;
  readonly inspectCudaFiles: (run: RunTool) => Promise<CudaFiles | null>;
}

const REAL_PORTS: DevicePorts = { run: runTool, probe, inspectCudaFiles };

export const SETUP_CUDA = 'npm run setup:cuda';

/** Opens a tiny session on every device in turn, each in a process of its own, and says what each lacks. */
export async function findDevices(ports: DevicePorts = REAL_PORTS): Promise<readonly DeviceFinding[]> {
  return [await findCpu(ports), await findWebGpu(ports), ...(await findCuda(ports))];
}

async function findCpu(ports: DevicePorts): Promise<DeviceFinding> {
  const result = await ports.probe('cpu');
  if (result.works) return working('cpu');
  return { device: 'cpu', works: false, reason: tidy(result.reason), mend: 'npm ci' };
}

async function findWebGpu(ports: DevicePorts): Promise<DeviceFinding> {
  const result = await ports.probe('webgpu');
  if (result.works) return working('webgpu');
  const noAdapter = /adapter|vulkan/i.test(result.reason);
  return {
    device: 'webgpu',
    works: false,
    reason: noAdapter ? 'no GPU that WebGPU can use' : tidy(result.reason),
    mend:
      noAdapter && process.platform === 'linux'
        ? 'where there is a GPU: install its driver and Vulkan (Debian, Ubuntu: apt-get install libvulkan1 mesa-vulkan-drivers)'
        : null,
  };
}

/** The CUDA devices alone. */
export async function findCuda(ports: DevicePorts = REAL_PORTS): Promise<readonly DeviceFinding[]> {
  const gpus = (await findGpus(ports.run)).filter(({ cudaIndex }) => cudaIndex !== null);
  const files = await ports.inspectCudaFiles(ports.run);
  const obstacle = cudaObstacle(files, gpus);
  if (obstacle !== null) {
    const names = gpus.length > 0 ? gpus.map(({ cudaIndex }) => `cuda:${cudaIndex}`) : ['cuda'];
    return names.map((device) => ({ device, works: false, ...obstacle }));
  }
  const findings: DeviceFinding[] = [];
  for (const { cudaIndex } of gpus) findings.push(await probeCuda(ports, cudaIndex ?? 0, files?.wants ?? ''));
  return findings;
}

/** What can be said without opening a session. */
function cudaObstacle(
  files: CudaFiles | null,
  gpus: readonly Gpu[],
): Pick<DeviceFinding, 'reason' | 'mend'> | null {
  if (files === null) return { reason: 'onnxruntime-node is not installed', mend: 'npm ci' };
  const named = `onnxruntime-node ${files.onnxruntime}`;
  if (!files.isSupported) return { reason: `${named} has no CUDA files for this platform`, mend: null };
  const absent = files.provider === null;
  if (gpus.length === 0) {
    return {
      reason: 'no NVIDIA GPU (nvidia-smi names none)',
      mend: `where there is one: install its driver${absent ? `, then ${SETUP_CUDA}` : ''}`,
    };
  }
  if (absent) {
    return {
      reason: `the CUDA files of ${named} are not installed; they want ${files.wants}`,
      mend: SETUP_CUDA,
    };
  }
  if (files.missing.length === 0) return null;
  return {
    reason: `${named} wants ${files.wants}; not found: ${files.missing.join(', ')}`,
    mend: `install ${files.wants} from NVIDIA, or name their directory in LD_LIBRARY_PATH`,
  };
}

async function probeCuda(ports: DevicePorts, index: number, wants: string): Promise<DeviceFinding> {
  const device = `cuda:${index}`;
  const result = await ports.probe('cuda', String(index));
  if (result.works) return working(device);
  return {
    device,
    works: false,
    reason: tidy(result.reason),
    mend: `check the driver and ${wants}, then ${SETUP_CUDA}`,
  };
}

function working(device: string): DeviceFinding {
  return { device, works: true, reason: null, mend: null };
}

/** One line without the source positions that onnxruntime puts first. */
function tidy(reason: string): string {
  return reason
    .replaceAll(/\s+/g, ' ')
    .replace(/^\/\S*onnxruntime_src\S*\s/, '')
    .trim();
}
