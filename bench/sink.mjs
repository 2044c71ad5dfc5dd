import { fork } from 'node:child_process';

/** The deadline for mail to arrive, after which the run ends. */
const DEADLINE_MS = 60_000;

/**
 * Starts the SMTP sink, behind a delay of some milliseconds in each direction, with STARTTLS if it has a certificate. `during` runs some
 * work and resolves with its result and the time when the sink has received `mails` mails.
 */
export async function startSink({ delay = 0, tls } = {}) {
  const child = fork(new URL('./sink.process.mjs', import.meta.url), [JSON.stringify({ delay, tls })]);
  const heard = (key) =>
    new Promise((resolve, reject) => {
      const ended = () => reject(new Error('The sink ended.'));
      const timer = setTimeout(() => reject(new Error(`The sink did not report "${key}" in time.`)), DEADLINE_MS);
      const listen = (message) => {
        if (!(key in message)) return;
        clearTimeout(timer);
        child.off('message', listen).off('exit', ended);
        resolve(message);
      };
      child.on('message', listen).on('exit', ended);
    });
  const { port } = await heard('port');
  return {
    port,
    security: tls ? 'starttls' : 'none',
    ca: tls?.ca,
    async during(mails, work) {
      child.send({ expect: mails });
      await heard('expecting');
      const reached = heard('reached');
      const started = performance.now();
      const [result, { dataAt }] = await Promise.all([work(), reached]);
      return { result, ms: performance.now() - started, dataAt: BigInt(dataAt) };
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', resolve);
        child.disconnect();
      }),
  };
}
