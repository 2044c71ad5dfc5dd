import type { ComposedMail } from '../../lib/message/compose.js';
import { resolveEgress } from '../../lib/options/egress.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';

let count = 0;

/** Builds a composed message from sender@example.com to to@example.org. Recipients are given as plain addresses. */
export function buildMail(
  overrides: { from?: string; to?: string[]; cc?: string[]; bcc?: string[]; subject?: string; text?: string } = {},
): ComposedMail {
  const { from = 'sender@example.com', to = ['to@example.org'], cc = [], bcc = [], subject = 'Hello', text = 'Hello there.' } = overrides;
  const mailboxes = (addresses: string[]) => addresses.map((address) => ({ name: '', address }));
  count += 1;
  return {
    envelope: { from, to: [...to, ...cc, ...bcc] },
    messageId: `<test-${count}@example.com>`,
    from: { name: 'Sender', address: from },
    to: mailboxes(to),
    cc: mailboxes(cc),
    bcc: mailboxes(bcc),
    subject,
    text,
    attachments: [],
    alternatives: [],
    headers: {},
    date: new Date(),
  };
}

/** Builds the settings for a test's server: an inbox, with its login, or a scripted server. */
export function buildSettings(
  server: { host: string; port: number; security?: SmtpSettings['security']; ca?: string; username?: string; password?: string },
  overrides: Partial<SmtpSettings> = {},
): SmtpSettings {
  const { host, port, security = 'none', ca, username, password } = server;
  return {
    host,
    port,
    security,
    egress: resolveEgress(),
    ca: ca ? [ca] : [],
    auth: username ? { username, password: password ?? '' } : undefined,
    maxConnections: 2,
    ...overrides,
  };
}
