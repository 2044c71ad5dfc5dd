import 'reflect-metadata';
import type { WorkerRequest, WorkerSetup } from './outbox-worker.js';
import { serveParent, setup } from './processes/serve-parent.js';
import { startSmtpApp } from './smtp-app.js';

const { database, delivery, clockOffsetMs = 0 } = setup() as WorkerSetup;

if (clockOffsetMs !== 0) {
  const Real = Date;
  const now = (): number => Real.now() + clockOffsetMs;
  globalThis.Date = new Proxy(Real, {
    construct: (target, given) => new target(...((given.length > 0 ? given : [now()]) as [number])),
    get: (target, name, self) => (name === 'now' ? now : Reflect.get(target, name, self)),
  });
}

const app = await startSmtpApp(database, { delivery, allowPlaintextAuth: true, allowAnonymousTls: true });

process.once('SIGTERM', () => {
  // Nothing is forced: with everything closed, the process ends by itself.
  void app.close().then(() => {
    process.removeAllListeners('disconnect');
    process.disconnect();
  });
});

serveParent(async (request: WorkerRequest) => {
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
