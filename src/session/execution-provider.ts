import type { InferenceSession } from 'onnxruntime-node';
import { SweepError } from '../errors.js';

/** What onnxruntime calls the devices that we know. */
export function executionProviderName(device: string): string {
  if (device === 'cpu') return 'CPUExecutionProvider';
  if (device === 'webgpu') return 'WebGpuExecutionProvider';
  if (/^cuda:\d+$/.test(device)) return 'CUDAExecutionProvider';
  throw new SweepError(
    'UNKNOWN_DEVICE',
    `Expected a device cpu, webgpu or cuda:N, got ${JSON.stringify(device)}.`,
  );
}

/** Session options for a device; `threads` are the intra-op threads of a session on the CPU. */
export function sessionOptions(device: string, threads: number): InferenceSession.SessionOptions {
  const shared: InferenceSession.SessionOptions = {
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // What goes wrong is thrown; printed as well, it would stand in the middle of the progress.
    logSeverityLevel: 4,
  };
  executionProviderName(device);
  if (device === 'cpu') return { ...shared, executionProviders: ['cpu'] };
  if (device === 'webgpu') return { ...shared, executionProviders: ['webgpu'] };
  return {
    ...shared,
    executionProviders: [{ name: 'cuda', deviceId: Number(device.slice('cuda:'.length)) }],
  };
}

/**
 * The session's setting that keeps its threads, all but the one that calls it, on processors: each on one where there are as many,
 * else all on all. onnxruntime counts processors from 1 and wants a group for every thread that it starts.
 */
export function threadAffinities(
  threads: number,
  processors: readonly number[],
): { readonly intra_op_thread_affinities?: string } {
  if (threads < 2 || processors.length === 0) return {};
  const numbers = processors.map((processor) => String(processor + 1));
  const groups = Array.from({ length: threads - 1 }, (_, index) =>
    processors.length === threads ? (numbers[index + 1] ?? '') : numbers.join(','),
  );
  return { intra_op_thread_affinities: groups.join(';') };
}

/** The failure to open a session, in words a user can act on. */
export function openingError(device: string, modelFile: string, error: unknown): SweepError {
  const said = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
  if (device.startsWith('cuda')) {
    return new SweepError(
      'NO_CUDA',
      `Expected onnxruntime to run on ${device}, but its CUDA provider does not load (${said}); install it with \`npm run setup:cuda\`, or use --device cpu.`,
      { cause: error },
    );
  }
  if (device === 'webgpu') {
    return new SweepError(
      'NO_WEBGPU',
      `Expected onnxruntime to run on webgpu, but it finds no usable GPU (${said}); \`scalesweep doctor\` tells what is missing, or use --device cpu.`,
      { cause: error },
    );
  }
  return new SweepError(
    'BAD_MODEL',
    `Expected onnxruntime to open ${modelFile}, but it refuses it: ${said}.`,
    { cause: error },
  );
}

/** The error is that of a device that is not there, whatever the model. */
export function isDeviceMissing(error: unknown): boolean {
  return error instanceof SweepError && (error.code === 'NO_CUDA' || error.code === 'NO_WEBGPU');
}
