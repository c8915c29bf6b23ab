import cliProgress from 'cli-progress';
import type { TrialSummary } from '../domain/summary.js';
import type { SweepWatcher } from '../run/watcher.js';
import { formatDuration } from './format-duration.js';

/** Without a terminal, a line is written when at least so much time has gone by since the last. */
const LINE_EVERY_MS = 10_000;

export interface ProgressWatcher extends SweepWatcher {
  remark(text: string): void;
  stop(): void;
}

/** Shows a sweep on stderr: a bar with the time left on a terminal, now and then a line elsewhere. */
export function progressWatcher(directory: string): ProgressWatcher {
  return process.stderr.isTTY ? new Bar(directory) : new Lines(directory);
}

/** Shares of the total cost, and the time left at the pace since this process began. */
class Pace {
  readonly #startedAt = performance.now();
  #total = 1;
  #done = 0;
  #before = 0;
  nTrials = 0;
  nEnded = 0;

  begin(total: number, finished: number, nTrials: number): void {
    this.#total = Math.max(total, 1);
    this.#before = finished;
    this.nTrials = nTrials;
  }

  advance(cost: number): void {
    this.#done += cost;
  }

  get share(): number {
    return Math.min(1, (this.#before + this.#done) / this.#total);
  }

  get left(): string {
    if (this.#done === 0) return '?';
    const elapsed = performance.now() - this.#startedAt;
    return formatDuration((elapsed * Math.max(0, this.#total - this.#before - this.#done)) / this.#done);
  }
}

function describe(summary: TrialSummary): string {
  const shots = summary.shots === 0 ? '' : ` ${summary.shots}-shot`;
  return `${summary.model} ${summary.task}${shots}`;
}

function failure(summary: TrialSummary): string | null {
  return summary.state === 'completed' ? null : `${describe(summary)} ${summary.state}: ${summary.reason}`;
}

abstract class Watcher implements ProgressWatcher {
  protected readonly pace = new Pace();
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  onPlanned({ header, totalCost, finishedCost }: Parameters<SweepWatcher['onPlanned']>[0]): void {
    this.pace.begin(totalCost, finishedCost, header.trials.length);
    const what = `${header.models.length} models x ${header.tasks.length} tasks = ${header.trials.length} trials`;
    this.remark(`${what} on ${header.devices.join(', ')} -> ${this.#directory}`);
    this.show('');
  }

  onAdvance(cost: number): void {
    this.pace.advance(cost);
    this.show(null);
  }

  onTrial(summary: TrialSummary): void {
    this.pace.nEnded++;
    const problem = failure(summary);
    if (problem !== null) this.remark(problem);
    this.show(describe(summary));
  }

  onRemark(text: string): void {
    this.remark(text);
  }

  abstract remark(text: string): void;
  abstract stop(): void;
  protected abstract show(latest: string | null): void;
}

class Bar extends Watcher {
  #latest = '';
  readonly #bars = new cliProgress.MultiBar(
    {
      format: '{bar} {percentage}%  {ended}/{trials} trials  {left} left  {latest}',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: false,
      stopOnComplete: false,
      stream: process.stderr,
      ...(process.env['NO_COLOR'] === undefined ? {} : { barCompleteChar: '#', barIncompleteChar: '-' }),
    },
    cliProgress.Presets.shades_classic,
  );
  readonly #bar = this.#bars.create(1, 0, { ended: 0, trials: 0, left: '?', latest: '' });

  remark(text: string): void {
    this.#bars.log(`${text}\n`);
  }

  stop(): void {
    this.#bars.stop();
  }

  protected show(latest: string | null): void {
    this.#latest = latest ?? this.#latest;
    const { nEnded, nTrials, left, share } = this.pace;
    this.#bar.update(share, { ended: nEnded, trials: nTrials, left, latest: this.#latest });
  }
}

class Lines extends Watcher {
  #lastAt = performance.now();

  remark(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  stop(): void {
    this.#lastAt = Number.POSITIVE_INFINITY;
  }

  protected show(latest: string | null): void {
    if (latest === null || performance.now() - this.#lastAt < LINE_EVERY_MS) return;
    this.#lastAt = performance.now();
    const { nEnded, nTrials, left, share } = this.pace;
    this.remark(`${Math.floor(100 * share)}%  ${nEnded}/${nTrials} trials  ${left} left  ${latest}`);
  }
}
