import { availableParallelism } from 'node:os';
import { describeMachine } from '../machine/describe-machine.js';
import { keepMachineFacts, type MachineFacts } from '../machine/roof-cache.js';
import { machineIdentity, type Roof } from '../machine/roof.js';
import { watchIdleDevices } from './idle-devices.js';
import { measureRoof } from './roofs.js';

const SECONDS = 1.5;
const MOST_THREADS = 4;

/**
 * Measures what the runtime reaches on devices, with the numbers of threads that sweeps use there, and their idle power;
 * keeps it for this machine. Some seconds for each device and number of threads.
 */
export async function measureMachineRoofs(
  devices: readonly string[],
  seconds = SECONDS,
): Promise<MachineFacts> {
  const machine = await describeMachine();
  const { watts } = await watchIdleDevices(devices);
  const roofs: Roof[] = [];
  for (const device of devices) {
    for (const threads of threadsOn(device)) roofs.push(await measureRoof(device, threads, seconds));
  }
  const facts = { roofs, idleWatts: watts };
  keepMachineFacts(machineIdentity(machine), facts);
  return facts;
}

/** One for small models, as many as a worker gets for large ones, and all. */
function threadsOn(device: string): number[] {
  if (device !== 'cpu') return [1];
  const cores = availableParallelism();
  return [...new Set([1, Math.min(cores, MOST_THREADS), cores])];
}
