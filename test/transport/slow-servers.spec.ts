import { setTimeout as pause } from 'node:timers/promises';
import type { Socket } from 'node:net';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { MailError } from '../../lib/index.js';
import { resolveEgress } from '../../lib/options/egress.js';
import { remedyTarget } from '../../lib/transport/failures/diagnoses.js';
import { detectSecurity } from '../../lib/transport/smtp/detect.js';
import { diagnoseSmtp } from '../../lib/transport/smtp/diagnose.js';
import { fetchChain } from '../../lib/transport/smtp/fetch-chain.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { type SmtpSettings, timeoutsOf } from '../../lib/transport/smtp/smtp-settings.js';
import { catchError } from '../support/catch-error.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { buildMail, buildSettings } from '../support/mails.js';
import { useStrictServer } from '../support/use-server.js';
import '../support/long-tests.js';

/** Delays the replies that match. */
const slow = (ms: number, which: RegExp) => async (socket: Socket, replies: string) => {
  if (which.test(replies)) await pause(ms);
  socket.write(replies);
};

describe('A slow server', () => {
  let certificates: Certificates;
  const serve = useStrictServer();
  beforeAll(async () => {
    certificates = await makeCertificates();
  });

  /** Tests the server and sends a message through it at the same time. Returns both failures, if any. */
  const testAndSend = async (server: { host: string; port: number }, settings: Partial<SmtpSettings> = {}) => {
    const all = buildSettings(server, settings);
    const transport = new SmtpTransport(all);
    const sending = transport.send(buildMail()).then(
      () => undefined,
      (thrown: MailError) => thrown,
    );
    const [{ error }, sent] = await Promise.all([diagnoseSmtp(all, buildMail()), sending]);
    await transport.close(0);
    return { tested: error?.reason, sent: sent?.reason };
  };

  it('whose greeting takes 12 s works, in a test and in delivery', async () => {
    const server = await serve({ write: slow(12_000, /^220/) });
    expect(await testAndSend(server)).toEqual({ tested: undefined, sent: undefined });
    expect(server.mails).toHaveLength(2);
  });

  it('has as many times the time for each step as the configuration says, in a test and in delivery', async () => {
    const timeouts = { greetingMs: 400, commandMs: 400, totalMs: 3_000 };
    const server = await serve({ write: slow(800, /^2[25]0/) });
    expect(await testAndSend(server, { timeouts })).toEqual({ tested: 'greeting_timeout', sent: 'greeting_timeout' });
    expect(await testAndSend(server, { timeouts, timeoutScale: 5 })).toEqual({ tested: undefined, sent: undefined });
    expect(server.mails).toHaveLength(2);
  });

  it('has as many times the time for a whole test', async () => {
    const server = await serve({ write: slow(300, /^2[25]0/) });
    const report = async (timeoutScale: number) =>
      (await diagnoseSmtp(buildSettings(server, { timeoutScale }), buildMail(), { deadlineMs: 500 })).report;
    expect(await report(1)).toMatchObject({ ok: false });
    expect(await report(10)).toMatchObject({ ok: true });
  });

  it('has as many times the time when its security or its certificates are looked up', async () => {
    const server = await serve({ tls: certificates.good, write: slow(6_000, /^220 strict/) });
    const target = { host: 'localhost', port: server.port, ca: [certificates.ca], egress: resolveEgress() };
    const [once, twice, chain] = await Promise.all([
      catchError(detectSecurity(target)),
      detectSecurity({ ...target, timeoutScale: 2 }),
      fetchChain({ ...target, security: 'starttls', timeoutScale: 2 }),
    ]);
    expect(once).toMatchObject({ code: 'TIMEOUT' });
    expect(twice).toMatchObject({ security: 'starttls' });
    expect(chain.isTrusted).toBe(true);
  });

  it('is served by deadlines that a timer can keep, and idle connections are closed as before', () => {
    const timeouts = { dataMs: 2 ** 30, idleMs: 15_000 };
    const settings = buildSettings({ host: 'localhost', port: 25 }, { timeouts, timeoutScale: 10 });
    expect(timeoutsOf(settings)).toMatchObject({ dataMs: 2 ** 31 - 1, idleMs: 15_000, connectMs: 100_000 });
  });

  it.each(['tls_greeting_timeout', 'starttls_timeout', 'auth_timeout', 'message_timeout'])('leads to the time limits: %s', (reason) => {
    expect(remedyTarget(reason, {}).field).toBe('timeoutScale');
  });
});
