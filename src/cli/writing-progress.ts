import { SingleBar } from 'cli-progress';

/** A bar on a terminal while large files are written; nothing elsewhere. */
export function writingProgress(): {
  readonly onBytes: (written: number, total: number) => void;
  readonly end: () => void;
} {
  const bar = new SingleBar({
    format: '{bar} {percent}%  {eta_formatted} left',
    stream: process.stderr,
    clearOnComplete: true,
    noTTYOutput: false,
  });
  return {
    onBytes: (written, total) => {
      if (!process.stderr.isTTY) return;
      if (!bar.isActive) bar.start(total, 0);
      bar.update(written);
    },
    end: () => bar.stop(),
  };
}
