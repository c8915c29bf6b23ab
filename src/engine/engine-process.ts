import { Outbox } from './outbox.js';
import type { EngineSettings, FromEngine, ToEngine } from './protocol.js';
import { unpackRequests } from './request-parcel.js';
import { TrialDesk } from './trial-desk.js';

// The engine process of one device. It is forked by the conductor, takes its settings as its only argument, and never
// outlives the conductor: a lost channel ends it at once, whatever its threads are doing.

const ALIVE_EVERY_MS = 1000;

const settings = JSON.parse(process.argv[2] ?? '{}') as EngineSettings;

const outbox = new Outbox<FromEngine>((parcel) => {
  if (process.connected) process.send?.(parcel);
});
const desk = new TrialDesk(settings, outbox);

process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('SIGINT', () => undefined); // Ctrl-C reaches the whole group; the conductor decides what it means here.

process.on('message', (message: ToEngine) => {
  switch (message.type) {
    case 'run':
      void desk.run(message.job);
      return;
    case 'requests':
      desk.mail.deliver(message.workloadId, unpackRequests(message.parcel));
      return;
    case 'drop':
      desk.drop(message.key);
      return;
    case 'close':
      void desk.close().then(() => {
        outbox.flush();
        process.exit(0);
      });
  }
});

setInterval(() => outbox.post({ type: 'alive' }), ALIVE_EVERY_MS).unref();
outbox.post({ type: 'alive' });
