import { EXIT } from './failure.js';

/**
 * Turns the first Ctrl-C (or SIGTERM) into an abort, so that the run ends in order; the second ends the process at once,
 * which loses nothing that was journalled.
 */
export function onInterrupt(onFirst: () => void): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const handle = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    onFirst();
    controller.abort();
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', handle);
      process.off('SIGTERM', handle);
    },
  };
}
