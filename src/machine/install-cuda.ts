import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { SweepError } from '../errors.js';
import { inspectCudaFiles, type CudaFiles } from './cuda-files.js';
import { findCuda, SETUP_CUDA, type DeviceFinding } from './find-devices.js';
import { installedPackage } from './package-root.js';
import { runTool } from './run-tool.js';

/** How onnxruntime-node's installer ended: null where it did its work, else what it said. */
export type InstallerResult = string | null;

/** The parts that a test replaces. */
export interface InstallPorts {
  readonly inspect: () => Promise<CudaFiles | null>;
  /** Runs the installer; what it says on the way goes to `tell`. */
  readonly runInstaller: (tell: (text: string) => void) => Promise<InstallerResult>;
  readonly findCuda: () => Promise<readonly DeviceFinding[]>;
}

const REAL_PORTS: InstallPorts = {
  inspect: () => inspectCudaFiles(runTool),
  runInstaller: (tell) =>
    runInstaller(join(installedPackage('onnxruntime-node') ?? '', 'script', 'install.js'), tell),
  findCuda: () => findCuda(),
};

/**
 * Fetches the CUDA files of onnxruntime-node with its own installer, then opens a session on every CUDA GPU.
 * Resolves with the CUDA devices that work. Throws SweepError with what is missing where none does.
 */
export async function installCuda(
  tell: (text: string) => void,
  ports: InstallPorts = REAL_PORTS,
): Promise<readonly DeviceFinding[]> {
  const before = await ports.inspect();
  if (before === null) {
    throw new SweepError('NOT_INSTALLED', 'Expected onnxruntime-node to be installed: run `npm ci` first');
  }
  if (!before.isSupported) {
    throw new SweepError(
      'CUDA_UNSUPPORTED',
      `Expected a platform that onnxruntime-node ${before.onnxruntime} has CUDA files for (Linux on x64), ` +
        `got ${process.platform} on ${process.arch}: use --device webgpu or --device cpu`,
    );
  }
  const failure = await ports.runInstaller(tell);
  const after = await ports.inspect();
  if (failure !== null || after === null || after.provider === null) throw downloadFailure(before, failure);
  const findings = await ports.findCuda();
  const working = findings.filter(({ works }) => works);
  if (working.length === 0) throw notWorking(after, findings);
  return working;
}

function downloadFailure({ onnxruntime, wants }: CudaFiles, failure: InstallerResult): SweepError {
  return new SweepError(
    'CUDA_DOWNLOAD',
    `Expected the installer of onnxruntime-node ${onnxruntime} to fetch its CUDA files, but ` +
      `${failure ?? 'they are not there after it ended'}: connect this machine to the internet ` +
      `(a proxy goes into GLOBAL_AGENT_HTTPS_PROXY) and run \`${SETUP_CUDA}\` again; ` +
      `beside them this onnxruntime wants ${wants} on the system`,
  );
}

function notWorking({ onnxruntime, wants }: CudaFiles, findings: readonly DeviceFinding[]): SweepError {
  const reasons = findings.map(
    ({ device, reason, mend }) =>
      `${device}: ${reason ?? 'no reason given'}${mend === null ? '' : ` (${mend})`}`,
  );
  return new SweepError(
    'CUDA_NOT_WORKING',
    `The CUDA files of onnxruntime-node ${onnxruntime} are installed and want ${wants}, ` +
      `but no session could be opened on a GPU: ${reasons.join('; ')}`,
  );
}

/**
 * Runs an installer script in the way that makes it fetch: started by npm, it would take this package for its own
 * development tree, or obey a setting to skip, and do nothing.
 */
export function runInstaller(script: string, tell: (text: string) => void): Promise<InstallerResult> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'));
  const env = { ...Object.fromEntries(inherited), ONNXRUNTIME_NODE_INSTALL: 'true' };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let complaint = '';
    child.stdout.setEncoding('utf8').on('data', tell);
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    child.on('error', (error) => {
      resolve(`it could not be started (${error.message})`);
    });
    child.on('close', (code, signal) => {
      resolve(code === 0 ? null : `it ended with ${signal ?? `code ${code}`} (${errorLine(complaint)})`);
    });
  });
}

/** The line of an uncaught error, or the last line. */
function errorLine(complaint: string): string {
  const lines = complaint.trim().split('\n');
  return /^\w*Error: (.*)$/m.exec(complaint)?.[1] ?? lines.at(-1) ?? 'without a word';
}
