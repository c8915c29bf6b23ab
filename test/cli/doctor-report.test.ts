import { expect, test } from 'vitest';
import { addonFinding, canSweep, renderDoctor, type DoctorReport } from '../../src/cli/doctor-report.js';

const REPORT: DoctorReport = {
  machine: {
    cpu: { model: 'Some CPU', physicalCores: 8, logicalCores: 16, usableCores: 4 },
    memoryBytes: 32 * 2 ** 30,
    memoryLimitBytes: 2 ** 33,
    os: { platform: 'linux', name: 'Debian 12', kernel: '6.1', architecture: 'x86_64' },
    gpus: [
      {
        name: 'NVIDIA H200',
        cudaIndex: 0,
        driver: '580.65',
        memoryBytes: 140 * 2 ** 30,
        computeCapability: '9.0',
      },
    ],
    versions: { scalesweep: '0.1.0', node: '20.20.2', 'onnxruntime-node': '1.30.0' },
    commit: 'abc',
  },
  devices: [
    { device: 'cpu', works: true, reason: null, mend: null },
    { device: 'cuda:0', works: false, reason: 'its files are missing', mend: 'npm run setup:cuda' },
  ],
  addon: addonFinding('/x/tokenizer.node', { works: true }),
};

test('the report names system, cores, GPU, driver and versions', () => {
  const text = renderDoctor(REPORT);
  expect(text).toContain('scalesweep 0.1.0 (commit abc)\n');
  expect(text).toContain('Some CPU: 8 cores, 16 threads, 4 usable here\n');
  expect(text).toContain('32.0 GiB, limited to 8.0 GiB\n');
  expect(text).toContain('NVIDIA H200, cuda:0, 140.0 GiB, compute capability 9.0, driver 580.65\n');
});

test('a device that does not work is followed by the command that mends it', () => {
  expect(renderDoctor(REPORT)).toContain(
    'cuda:0     no: its files are missing\n           to mend: npm run setup:cuda\n',
  );
});

test('a sweep is possible when the CPU and the addon work, whatever else does not', () => {
  expect(canSweep(REPORT)).toBe(true);
  expect(renderDoctor(REPORT)).toMatch(/A sweep on the CPU is possible\.\n$/);
});

test('without the addon no sweep is possible, and the command that builds it is named', () => {
  const report = {
    ...REPORT,
    addon: addonFinding('/x/tokenizer.node', { works: false, reason: 'not there' }),
  };
  expect(canSweep(report)).toBe(false);
  expect(renderDoctor(report)).toContain(
    'addon      no: not there\n           to mend: npm run build:native\n',
  );
});

test('without a CPU session no sweep is possible', () => {
  expect(canSweep({ ...REPORT, devices: REPORT.devices.slice(1) })).toBe(false);
});
