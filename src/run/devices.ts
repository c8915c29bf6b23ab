import { SweepError } from '../errors.js';
import { describeMachine } from '../machine/describe-machine.js';
import { probe, type Probe } from '../machine/probe.js';

/** How to look at devices: passed in, so that tests need none. */
export interface DevicePorts {
  /** N of every `cuda:N` that the system reports, and whether it reports any GPU at all. */
  readonly findGpus: () => Promise<{ readonly cuda: readonly number[]; readonly any: boolean }>;
  /** Opens a tiny session there, in a child process. */
  readonly probe: (...subject: readonly string[]) => Promise<Probe>;
}

const PORTS: DevicePorts = {
  findGpus: async () => {
    const { gpus } = await describeMachine();
    return { cuda: gpus.flatMap(({ cudaIndex }) => cudaIndex ?? []), any: gpus.length > 0 };
  },
  probe,
};

const MENDING: Readonly<Record<string, string>> = {
  cuda: 'install the CUDA provider with: npm run setup:cuda',
  webgpu: 'it needs a Vulkan driver (libvulkan1 and one for your GPU); see: scalesweep doctor',
};

/**
 * The devices that were asked for, each once and each tried: `auto` becomes every CUDA device that works, else WebGPU on
 * a real GPU, else the CPU; `cuda` becomes every CUDA device. Throws SweepError for a device that does not work.
 */
export async function resolveDevices(
  asked: readonly string[],
  ports: DevicePorts = PORTS,
): Promise<string[]> {
  const devices = new Set<string>();
  for (const name of asked) {
    for (const device of await expand(name, ports)) devices.add(device);
  }
  return [...devices];
}

async function expand(name: string, ports: DevicePorts): Promise<string[]> {
  if (name === 'cpu') return ['cpu'];
  if (name === 'auto') return bestDevices(ports);
  const named = name === 'cuda' ? (await ports.findGpus()).cuda.map((index) => `cuda:${index}`) : [name];
  const devices = named.length > 0 ? named : ['cuda:0'];
  for (const device of devices) await requireDevice(device, ports);
  return devices;
}

async function bestDevices(ports: DevicePorts): Promise<string[]> {
  const { cuda, any } = await ports.findGpus();
  const working: string[] = [];
  for (const index of cuda) {
    if ((await ports.probe('cuda', String(index))).works) working.push(`cuda:${index}`);
  }
  if (working.length > 0) return working;
  if (any && (await ports.probe('webgpu')).works) return ['webgpu'];
  return ['cpu'];
}

async function requireDevice(device: string, ports: DevicePorts): Promise<void> {
  const [provider = '', index = '0'] = device.split(':');
  const answer = await ports.probe(provider, index);
  if (answer.works) return;
  throw new SweepError(
    provider === 'cuda' ? 'NO_CUDA' : 'NO_DEVICE',
    `Expected the device ${device} to work, but ${answer.reason}: ${MENDING[provider] ?? 'see: scalesweep doctor'}`,
  );
}
