import 'reflect-metadata';
import { TICK_MS, type WorkerRequest, type WorkerSetup } from './outbox-worker.js';
import { serveParent, readSetup } from './processes/serve-parent.js';
import { startSmtpApp } from './smtp-app.js';

const { database, delivery, logs = false } = readSetup() as WorkerSetup;
const app = await startSmtpApp(database, { delivery, allowPlaintextAuth: true, allowAnonymousTls: true }, logs && ['error']);

let tellStop: (ticks: number) => void = () => undefined;

process.once('SIGTERM', () => {
  let ticks = 0;
  const ticking = setInterval(() => (ticks += 1), TICK_MS);
  // No exit is forced: once everything is closed, the process ends on its own.
  void app.close().then(() => {
    clearInterval(ticking);
    tellStop(ticks);
    process.removeAllListeners('disconnect');
    setImmediate(() => process.disconnect());
  });
});

serveParent(async (request: WorkerRequest) => {
  if (request.do === 'tellStop') return new Promise<number>((resolve) => (tellStop = resolve));
  const message = { to: 'a@b.c', subject: request.subject, text: 'Hello' };
  if (request.do === 'send') return app.mail.send(message);
  return new Promise((resolve, reject) => {
    app.dataSource
      .transaction(async (manager) => {
        await manager.query(`INSERT INTO host_order (name) VALUES ('${request.subject}')`);
        resolve(await app.mail.send(message, { manager }));
        await new Promise(() => undefined);
      })
      .catch(reject);
  });
});
