import { describe, expect, it } from '@jest/globals';
import type { ComposedMail } from '../../lib/message/compose.js';
import { resolveEgress } from '../../lib/options/egress.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { Transports } from '../../lib/transport/transports.js';
import { startInbox } from '../../lib/testing/index.js';
import { buildMail } from '../support/mails.js';

const buildSettings = (inbox: Awaited<ReturnType<typeof startInbox>>) => ({
  host: 'localhost',
  port: inbox.port,
  security: inbox.security,
  egress: resolveEgress(),
  ca: [inbox.ca],
  auth: { username: inbox.username, password: inbox.password },
  maxConnections: 2,
});

describe('Transports', () => {
  it('keeps one transport per version, and replaces it without losing mail in flight', async () => {
    const inbox = await startInbox();
    const transports = new Transports();
    const made: number[] = [];
    const send = (version: number, mail: ComposedMail) =>
      transports.send(
        { id: 'a', version },
        async () => {
          made.push(version);
          return new SmtpTransport(buildSettings(inbox));
        },
        mail,
      );
    await Promise.all([send(1, buildMail()), send(1, buildMail()), send(2, buildMail()), send(1, buildMail()), send(2, buildMail())]);
    expect(inbox.mails).toHaveLength(5);
    // A late caller with the older version gets the newer transport.
    expect(made).toEqual([1, 2]);
    await transports.close();
    await inbox.close();
  });

  it('builds a transport again after a failure to build it', async () => {
    const inbox = await startInbox();
    const transports = new Transports();
    const config = { id: 'a', version: 1 };
    await expect(transports.send(config, () => Promise.reject(new Error('no secret')), buildMail())).rejects.toThrow('no secret');
    await transports.send(config, async () => new SmtpTransport(buildSettings(inbox)), buildMail());
    expect(inbox.mails).toHaveLength(1);
    await transports.close();
    await inbox.close();
  });

  it('lets a retired transport finish before it closes', async () => {
    const inbox = await startInbox();
    const transports = new Transports();
    const sending = transports.send({ id: 'a', version: 1 }, async () => new SmtpTransport(buildSettings(inbox)), buildMail());
    await new Promise((resolve) => setImmediate(resolve));
    await transports.retire('a');
    await sending;
    await transports.close();
    expect(inbox.mails).toHaveLength(1);
    await inbox.close();
  });
});
