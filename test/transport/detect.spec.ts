import { beforeAll, describe, expect, it } from '@jest/globals';
import { resolveEgress } from '../../lib/options/egress.js';
import { detectSecurity } from '../../lib/transport/smtp/detect.js';
import { makeCertificates, type Certificates } from '../support/certificates.js';
import { findFreePort } from '../support/services/shell.js';
import type { ScriptedServer, ServerScript } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

const egress = resolveEgress();

describe('detectSecurity', () => {
  let certificates: Certificates;
  let server: ScriptedServer | undefined;
  const serve = useServer();

  beforeAll(async () => {
    certificates = await makeCertificates();
  });

  const detect = async (script: ServerScript, options?: { deadlineMs?: number }) => {
    server = await serve(script);
    return detectSecurity({ host: server.host, port: server.port, ca: [certificates.ca], egress }, options);
  };

  it('A4.7 detects TLS first', async () => {
    expect(await detect({ tls: certificates.good, implicitTls: true })).toEqual({
      security: 'tls',
      port: server!.port,
      detail: expect.stringMatching(/^TLS 1\.3 · localhost/),
    });
    expect(server!.sessions).toHaveLength(1);
  });

  it('A4.7 detects STARTTLS next', async () => {
    expect(await detect({ tls: certificates.good })).toMatchObject({ security: 'starttls', detail: expect.stringMatching(/^TLS 1\.3/) });
  });

  it('A4.7 detects no encryption last, with an explanation', async () => {
    expect(await detect({})).toEqual({
      security: 'none',
      port: server!.port,
      detail: `The server offers no encryption on port ${server!.port}.`,
    });
  });

  it('sends neither login nor mail', async () => {
    await detect({ tls: certificates.good });
    expect(server!.commands.map((command) => command.split(' ')[0]).filter((verb) => /AUTH|MAIL|RCPT|DATA/.test(verb!))).toEqual([]);
    await server!.allClosed();
  });

  it.each<[string, string, (certificates: Certificates) => ServerScript]>([
    ['an untrusted certificate', 'CERTIFICATE', ({ otherCa }) => ({ tls: otherCa, implicitTls: true })],
    ['an untrusted certificate after STARTTLS', 'CERTIFICATE', ({ otherCa }) => ({ tls: otherCa })],
    ['an expired certificate', 'CERTIFICATE', ({ expired }) => ({ tls: expired })],
    ['a certificate for another name', 'CERTIFICATE', ({ wrongName }) => ({ tls: wrongName, implicitTls: true })],
    [
      'a TLS version that is too old',
      'TLS',
      ({ good }) => ({ tls: { ...good, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }, implicitTls: true }),
    ],
    [
      'STARTTLS offered but refused',
      'TLS',
      ({ good }) => ({ tls: good, reply: (command) => (command === 'STARTTLS' ? '454 4.7.0 not now' : undefined) }),
    ],
    [
      'STARTTLS offered but dropped',
      'TLS',
      ({ good }) => ({ tls: good, reply: (command) => (command === 'STARTTLS' ? 'DROP' : undefined) }),
    ],
  ])('stops at %s instead of downgrading', async (_what, code, script) => {
    await expect(detect(script(certificates))).rejects.toMatchObject({ code });
  });

  it.each<[string, string, ServerScript]>([
    ['a greeting that refuses', 'session_refused', { greeting: '554 5.7.1 go away' }],
    ['a server that is too busy', 'session_ended', { greeting: '421 4.3.2 too busy' }],
    ['silence after EHLO', 'greeting_timeout', { reply: (command) => (command.startsWith('EHLO') ? null : undefined) }],
  ])('A4.7 tries nothing weaker after %s', async (_what, reason, script) => {
    await expect(detect(script, { deadlineMs: 6_000 })).rejects.toMatchObject({ reason });
    // SSL/TLS and STARTTLS. A third session would have been without encryption.
    expect(server!.sessions).toHaveLength(2);
  });

  it('A4.7 detects no encryption when the server knows only HELO', async () => {
    const found = await detect({
      reply: (command) => (command.startsWith('EHLO') ? '502 5.5.1 what' : command.startsWith('HELO') ? '250 test' : undefined),
    });
    expect(found).toMatchObject({ security: 'none' });
  });

  it('closes its connection when it is stopped', async () => {
    const stop = new AbortController();
    server = await serve({ raw: () => stop.abort(new Error('Stopped.')) });
    await expect(detectSecurity({ host: server.host, port: server.port, ca: [], egress }, { signal: stop.signal })).rejects.toThrow(
      'Stopped.',
    );
    await server.allClosed();
  });

  it('reports that nothing listens on the given port', async () => {
    const gone = await serve({ port: await findFreePort() });
    await gone.close();
    await expect(detectSecurity({ host: '127.0.0.1', port: gone.port, ca: [], egress })).rejects.toMatchObject({
      code: 'CONNECTION',
      summary: expect.stringContaining('refused'),
    });
  });

  it('reports that the host name does not exist', async () => {
    await expect(detectSecurity({ host: 'mail.example.invalid', ca: [], egress })).rejects.toMatchObject({ code: 'DNS' });
  });

  it('gives up on a silent port within the deadline', async () => {
    let tried = 0;
    await expect(detect({ raw: () => void (tried += 1) }, { deadlineMs: 600 })).rejects.toMatchObject({ code: 'TIMEOUT' });
    // The first attempt uses the whole deadline. A timer may fire early and leave a moment for the second of three.
    expect(tried).toBeLessThanOrEqual(2);
  });

  it('reports that none of the usual ports answers', async () => {
    // 127.0.0.2 is also this machine, with nothing on its mail ports.
    await expect(detectSecurity({ host: '127.0.0.2', ca: [], egress })).rejects.toMatchObject({
      code: 'CONNECTION',
      summary: expect.stringContaining('465, 587, 25'),
    });
  });
});
