import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CudaFiles } from '../../src/machine/cuda-files.js';
import type { DeviceFinding } from '../../src/machine/find-devices.js';
import { installCuda, runInstaller, type InstallPorts } from '../../src/machine/install-cuda.js';

const BEFORE: CudaFiles = {
  onnxruntime: '1.30.0',
  isSupported: true,
  provider: null,
  wants: 'CUDA 13 and cuDNN 9',
  missing: [],
};
const WORKING: DeviceFinding = { device: 'cuda:0', works: true, reason: null, mend: null };
const BROKEN: DeviceFinding = {
  device: 'cuda:1',
  works: false,
  reason: 'not found: libcudnn.so.9',
  mend: 'install cuDNN',
};

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scalesweep-setup-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A machine on which `script` stands for onnxruntime-node's installer; it fetches where it writes "provider.so". */
function portsWith(
  script: string,
  findings: readonly DeviceFinding[],
  files: Partial<CudaFiles> = {},
): InstallPorts {
  const installer = join(folder, 'install.cjs');
  writeFileSync(installer, script);
  let ran = false;
  return {
    inspect: async () => ({ ...BEFORE, ...files, ...(ran ? { provider: join(folder, 'provider.so') } : {}) }),
    runInstaller: async (tell) => {
      const result = await runInstaller(installer, tell);
      ran = result === null;
      return result;
    },
    findCuda: async () => findings,
  };
}

test('the devices that work after the installer ran are given back, and what it said is passed on', async () => {
  const said: string[] = [];
  const ports = portsWith('console.log("Downloading")', [WORKING, BROKEN]);
  expect(await installCuda((text) => said.push(text), ports)).toEqual([WORKING]);
  expect(said.join('')).toBe('Downloading\n');
});

test('without a network one sentence says what failed, what to do and which CUDA is wanted', async () => {
  const ports = portsWith('throw new Error("getaddrinfo ENOTFOUND api.nuget.org")', [WORKING]);
  await expect(installCuda(() => {}, ports)).rejects.toThrow(
    'Expected the installer of onnxruntime-node 1.30.0 to fetch its CUDA files, but it ended with code 1 ' +
      '(getaddrinfo ENOTFOUND api.nuget.org): connect this machine to the internet ' +
      '(a proxy goes into GLOBAL_AGENT_HTTPS_PROXY) and run `npm run setup:cuda` again; ' +
      'beside them this onnxruntime wants CUDA 13 and cuDNN 9 on the system',
  );
});

test('an installer that ends well but fetches nothing is not believed', async () => {
  const ports = { ...portsWith('', [WORKING]), inspect: async () => BEFORE };
  await expect(installCuda(() => {}, ports)).rejects.toMatchObject({
    code: 'CUDA_DOWNLOAD',
    message: expect.stringContaining('they are not there after it ended'),
  });
});

test('files that are there and do not load are told device by device', async () => {
  await expect(installCuda(() => {}, portsWith('', [BROKEN]))).rejects.toMatchObject({
    code: 'CUDA_NOT_WORKING',
    message:
      'The CUDA files of onnxruntime-node 1.30.0 are installed and want CUDA 13 and cuDNN 9, ' +
      'but no session could be opened on a GPU: cuda:1: not found: libcudnn.so.9 (install cuDNN)',
  });
});

test('a platform without CUDA files is refused before anything is fetched', async () => {
  const ports = portsWith('throw new Error("must not run")', [], { isSupported: false });
  await expect(installCuda(() => {}, ports)).rejects.toMatchObject({ code: 'CUDA_UNSUPPORTED' });
});

test('without onnxruntime-node the command that installs it is named', async () => {
  const ports = { ...portsWith('', []), inspect: async () => null };
  await expect(installCuda(() => {}, ports)).rejects.toThrow('run `npm ci` first');
});

test('the installer is told to fetch whatever npm says, and does not take this package for its own', async () => {
  const before = { ...process.env };
  Object.assign(process.env, {
    npm_config_onnxruntime_node_install: 'skip',
    npm_package_json: '/x/package.json',
  });
  const script = join(folder, 'install.cjs');
  writeFileSync(
    script,
    'console.log(process.env.ONNXRUNTIME_NODE_INSTALL, Object.keys(process.env).filter((name) => name.startsWith("npm_")).length)',
  );
  const said: string[] = [];
  await runInstaller(script, (text) => said.push(text));
  process.env = before;
  expect(said.join('')).toBe('true 0\n');
});
