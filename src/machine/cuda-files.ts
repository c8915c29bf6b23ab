import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { readNeededLibraries } from './elf-needed.js';
import { installedPackage, readManifest } from './package-root.js';
import type { RunTool } from './run-tool.js';

/** The CUDA side of onnxruntime-node: what is there, and what it asks of the system. */
export interface CudaFiles {
  /** Version of onnxruntime-node. */
  readonly onnxruntime: string;
  /** False where onnxruntime-node has no CUDA files for this platform at all. */
  readonly isSupported: boolean;
  /** The provider's library, null until `npm run setup:cuda` has fetched it. */
  readonly provider: string | null;
  /** CUDA and cuDNN as far as the library, or else the installer's manifest, tells: "CUDA 13 and cuDNN 9". */
  readonly wants: string;
  /** Libraries of CUDA and cuDNN that the provider needs and the system does not find. */
  readonly missing: readonly string[];
}

interface InstallMetadata {
  readonly requirements: Readonly<Record<string, readonly string[]>>;
}

const PROVIDER = 'libonnxruntime_providers_cuda.so';
const OF_NVIDIA = /^lib(cuda|cublas|cudnn|cufft|curand|cudart|nvrtc|nvJitLink|cusparse|cusolver)/;
const SYSTEM_FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib', '/usr/local/cuda/lib64'];

/** Where onnxruntime-node is, and where libraries are looked for beside ldconfig's cache and LD_LIBRARY_PATH. */
export interface CudaPlaces {
  readonly onnxruntime: string | null;
  readonly libraryFolders: readonly string[];
}

/** Looks at the files of onnxruntime-node, or null where it is not installed. Starts ldconfig where there is one. */
export async function inspectCudaFiles(
  run: RunTool,
  places: CudaPlaces = { onnxruntime: installedPackage('onnxruntime-node'), libraryFolders: SYSTEM_FOLDERS },
): Promise<CudaFiles | null> {
  const directory = places.onnxruntime;
  if (directory === null) return null;
  const { version } = readManifest(directory);
  const folder = join(directory, 'bin', 'napi-v6', process.platform, process.arch);
  const provider = join(folder, PROVIDER);
  const manifests = installerManifests(directory);
  const common = { onnxruntime: version, isSupported: manifests.length > 0 };
  if (!existsSync(provider)) {
    return { ...common, provider: null, wants: wantsByManifest(version, manifests), missing: [] };
  }
  const needed = (await readNeededLibraries(provider)).filter((name) => OF_NVIDIA.test(name));
  const missing = await missingLibraries(needed, [folder, ...places.libraryFolders], run);
  return { ...common, provider, wants: wantsByLibraries(needed), missing };
}

/** What the installer of onnxruntime-node would fetch here, such as "cuda12". */
function installerManifests(directory: string): readonly string[] {
  const script = join(directory, 'script', 'install-metadata.js');
  if (!existsSync(script)) return [];
  const metadata = createRequire(script)(script) as InstallMetadata;
  return metadata.requirements[`${process.platform}/${process.arch}`] ?? [];
}

/**
 * The manifest's name lags behind: releases from 1.27 on are built for CUDA 13 and still called cuda12
 * (onnxruntime#28773, #28792, #29032). The files themselves decide, once they are there.
 */
function wantsByManifest(version: string, manifests: readonly string[]): string {
  if (manifests.length === 0) return 'no CUDA on this platform';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const cuda = major > 1 || minor >= 27 ? 13 : 12;
  return `CUDA ${cuda} and cuDNN 9 (its installer's own name for the files is ${manifests.join(', ')})`;
}

/** The sonames of CUDA's runtime and of cuBLAS carry CUDA's major version. */
function wantsByLibraries(needed: readonly string[]): string {
  const major = (library: RegExp): string | undefined =>
    needed.map((name) => library.exec(name)?.[1]).find((found) => found !== undefined);
  const cuda = major(/^lib(?:cudart|cublas|cublasLt)\.so\.(\d+)/);
  const cudnn = major(/^libcudnn\w*\.so\.(\d+)/);
  const parts = [cuda && `CUDA ${cuda}`, cudnn && `cuDNN ${cudnn}`].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(' and ') : 'no particular CUDA version';
}

async function missingLibraries(
  needed: readonly string[],
  folders: readonly string[],
  run: RunTool,
): Promise<readonly string[]> {
  const cache = (await run('ldconfig', ['-p'])) ?? (await run('/sbin/ldconfig', ['-p'])) ?? '';
  const named = new Set(cache.split('\n').map((line) => line.trim().split(' ')[0] ?? ''));
  const searched = (process.env['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => folder !== '');
  const listings = await Promise.all(
    [...searched, ...folders].map((folder) => readdir(folder).catch(() => [])),
  );
  const present = new Set(listings.flat());
  return needed.filter((name) => !named.has(name) && !present.has(name));
}
