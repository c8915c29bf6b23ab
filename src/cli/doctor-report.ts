import type { MachineDescription } from '../machine/describe-machine.js';
import type { DeviceFinding } from '../machine/find-devices.js';
import type { Probe } from '../machine/probe.js';

/** What `scalesweep doctor` found. */
export interface DoctorReport {
  readonly machine: MachineDescription;
  readonly devices: readonly DeviceFinding[];
  readonly addon: { readonly file: string; readonly works: boolean; readonly reason: string | null };
}

/** The addon's part of the report. */
export function addonFinding(file: string, result: Probe): DoctorReport['addon'] {
  return { file, works: result.works, reason: result.works ? null : result.reason };
}

/** True where a sweep on the CPU is possible: what `doctor` answers with its exit code. */
export function canSweep({ devices, addon }: DoctorReport): boolean {
  return addon.works && devices.some(({ device, works }) => device === 'cpu' && works);
}

/** The report as text: a line a fact, and under what does not work the step that mends it. */
export function renderDoctor(report: DoctorReport): string {
  const lines = [
    ...machineLines(report.machine),
    ...addonLines(report),
    ...report.devices.flatMap(deviceLines),
  ];
  const verdict = canSweep(report)
    ? 'A sweep on the CPU is possible.'
    : 'No sweep is possible yet: mend the lines above that say "no".';
  return `${lines.map(([label, text]) => `${label.padEnd(LABEL_WIDTH)}${text}`).join('\n')}\n\n${verdict}\n`;
}

type Line = readonly [label: string, text: string];
const LABEL_WIDTH = 11;
const BYTES_PER_GIB = 2 ** 30;

function machineLines({
  cpu,
  memoryBytes,
  memoryLimitBytes,
  os,
  gpus,
  versions,
  commit,
}: MachineDescription): Line[] {
  const { scalesweep = 'unknown', node = 'unknown', 'onnxruntime-node': onnxruntime = 'missing' } = versions;
  const cores = [
    ...(cpu.physicalCores === null ? [] : [`${cpu.physicalCores} cores`]),
    `${cpu.logicalCores} threads`,
    ...(cpu.usableCores === cpu.logicalCores ? [] : [`${cpu.usableCores} usable here`]),
  ];
  const limit = memoryLimitBytes === null ? '' : `, limited to ${gib(memoryLimitBytes)}`;
  const graphics: Line[] = gpus.map((gpu) => ['GPU', describeGpu(gpu)]);
  return [
    ['scalesweep', `${scalesweep}${commit === null ? '' : ` (commit ${commit})`}`],
    ['Node', `${node}, onnxruntime-node ${onnxruntime}`],
    ['system', `${os.name ?? os.platform}, kernel ${os.kernel}, ${os.architecture}`],
    ['CPU', `${cpu.model}: ${cores.join(', ')}`],
    ['memory', `${gib(memoryBytes)}${limit}`],
    ...(graphics.length > 0 ? graphics : [['GPU', 'none found'] as const]),
  ];
}

function describeGpu({
  name,
  cudaIndex,
  driver,
  memoryBytes,
  computeCapability,
}: MachineDescription['gpus'][number]): string {
  const parts = [
    name,
    cudaIndex === null ? null : `cuda:${cudaIndex}`,
    memoryBytes === null ? null : gib(memoryBytes),
    computeCapability === null ? null : `compute capability ${computeCapability}`,
    driver === null ? 'driver unknown' : `driver ${driver}`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

function addonLines({ addon }: DoctorReport): Line[] {
  if (addon.works) return [['addon', `yes: ${addon.file}`]];
  return [
    ['addon', `no: ${addon.reason ?? 'unknown'}`],
    ['', 'to mend: npm run build:native'],
  ];
}

function deviceLines({ device, works, reason, mend }: DeviceFinding): Line[] {
  const first: Line = [device, works ? 'yes: a session ran there' : `no: ${reason ?? 'unknown'}`];
  return mend === null ? [first] : [first, ['', `to mend: ${mend}`]];
}

function gib(bytes: number): string {
  return `${(bytes / BYTES_PER_GIB).toFixed(1)} GiB`;
}
