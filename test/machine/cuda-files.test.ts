import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inspectCudaFiles, type CudaPlaces } from '../../src/machine/cuda-files.js';
import { readNeededLibraries } from '../../src/machine/elf-needed.js';
import { installedPackage } from '../../src/machine/package-root.js';
import { tinyElf } from '../helpers/tiny-elf.js';

const LDCONFIG = '2 libs found in cache\n\tlibcublas.so.13 (libc6,x86-64) => /opt/cuda/libcublas.so.13\n';
const withLdconfig = async (command: string): Promise<string | null> =>
  command === 'ldconfig' ? LDCONFIG : null;

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scalesweep-cuda-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const places = (): CudaPlaces => ({ onnxruntime: folder, libraryFolders: [] });

function fakeOnnxruntime(version: string, needed: readonly string[] | null): void {
  const platform = `${process.platform}/${process.arch}`;
  const files: Record<string, string | Buffer> = {
    'package.json': JSON.stringify({ name: 'onnxruntime-node', version }),
    'script/install-metadata.js': `module.exports = { requirements: { '${platform}': ['cuda12'] } };`,
  };
  if (needed !== null) files[`bin/napi-v6/${platform}/libonnxruntime_providers_cuda.so`] = tinyElf(needed);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

test('the installed provider says which CUDA and cuDNN it wants, and which libraries are not found', async () => {
  fakeOnnxruntime('1.30.0', ['libcublas.so.13', 'libcudart.so.13', 'libcudnn.so.9', 'libm.so.6']);
  expect(await inspectCudaFiles(withLdconfig, places())).toMatchObject({
    isSupported: true,
    wants: 'CUDA 13 and cuDNN 9',
    missing: ['libcudart.so.13', 'libcudnn.so.9'],
  });
});

test('libraries in a directory of LD_LIBRARY_PATH are found', async () => {
  fakeOnnxruntime('1.26.0', ['libcudart.so.12', 'libcudnn.so.9']);
  writeFileSync(join(folder, 'libcudart.so.12'), '');
  const before = process.env['LD_LIBRARY_PATH'];
  process.env['LD_LIBRARY_PATH'] = folder;
  const found = await inspectCudaFiles(async () => null, places());
  if (before === undefined) delete process.env['LD_LIBRARY_PATH'];
  else process.env['LD_LIBRARY_PATH'] = before;
  expect(found).toMatchObject({ wants: 'CUDA 12 and cuDNN 9', missing: ['libcudnn.so.9'] });
});

test.each([
  ['1.26.0', 'CUDA 12 and cuDNN 9'],
  ['1.30.0', 'CUDA 13 and cuDNN 9'],
  ['2.0.0', 'CUDA 13 and cuDNN 9'],
])('before its files are there, onnxruntime-node %s is said to want %s', async (version, wants) => {
  fakeOnnxruntime(version, null);
  const found = await inspectCudaFiles(withLdconfig, places());
  expect(found?.provider).toBeNull();
  expect(found?.wants).toContain(wants);
  expect(found?.wants).toContain('cuda12');
});

test('where onnxruntime-node is not installed there is nothing to inspect', async () => {
  expect(await inspectCudaFiles(withLdconfig, { onnxruntime: null, libraryFolders: [] })).toBeNull();
});

test.skipIf(process.platform !== 'linux')('the libraries of a real shared library are read', async () => {
  const directory = join(
    installedPackage('onnxruntime-node') ?? '',
    'bin/napi-v6',
    process.platform,
    process.arch,
  );
  const needed = await readNeededLibraries(join(directory, 'onnxruntime_binding.node'));
  expect(needed).toContain('libonnxruntime.so.1');
  expect(needed).toContain('libc.so.6');
});

test('a file that is no ELF file is named', async () => {
  const path = join(folder, 'provider.so');
  writeFileSync(path, '<html>not found</html>'.padEnd(100));
  await expect(readNeededLibraries(path)).rejects.toThrow(
    `Expected ${path} to be a 64-bit little-endian ELF file`,
  );
});
