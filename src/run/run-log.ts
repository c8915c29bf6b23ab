import { pino, type Logger } from 'pino';
import type { TrialSummary } from '../domain/summary.js';

/** The run's log: one JSON line an event, appended to log.ndjson. It can be lost without loss: the journal is the record. */
export interface RunLog {
  event(name: string, fields: Readonly<Record<string, unknown>>): void;
  trial(summary: TrialSummary): void;
  close(): void;
}

/** Opens the log for appending. A log that can no longer be written falls silent; `onFailure` is told once. */
export function openRunLog(path: string, onFailure: (error: Error) => void): RunLog {
  const destination = pino.destination({ dest: path, append: true, sync: true });
  let failed = false;
  const fail = (error: Error): void => {
    if (!failed) onFailure(error);
    failed = true;
  };
  destination.on('error', fail);
  const logger: Logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  const write = (level: 'info' | 'warn', fields: Readonly<Record<string, unknown>>): void => {
    if (failed) return;
    try {
      logger[level](fields);
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return {
    event: (name, fields) => write('info', { event: name, ...fields }),
    trial: (summary) =>
      write(summary.state === 'completed' ? 'info' : 'warn', { event: `trial.${summary.state}`, ...summary }),
    close: () => {
      if (!failed) destination.end();
    },
  };
}
