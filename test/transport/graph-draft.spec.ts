import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ComposedMail } from '../../lib/message/compose.js';
import type { Attachment } from '../../lib/message/mail-message.js';
import { MailError } from '../../lib/shared/mail-error.js';
import type { GraphSettings } from '../../lib/transport/graph/graph-settings.js';
import { GraphTransport } from '../../lib/transport/graph/graph.transport.js';
import { MailboxLimit } from '../../lib/transport/graph/mailbox-limit.js';
import { aMail } from '../support/mails.js';
import { type FakeMicrosoft, USER, fault, startMicrosoft } from '../support/microsoft/index.js';
import { graphSettings } from '../support/microsoft/graph-settings.js';
import type { Reply } from '../support/microsoft/https-server.js';

const TEN_MB = randomBytes(10_000_000);

describe('Attachments over the limit of one request to Microsoft Graph', () => {
  let microsoft: FakeMicrosoft;
  beforeAll(async () => {
    microsoft = await startMicrosoft();
  });
  afterAll(() => microsoft.close());
  afterEach(() => microsoft.reset());

  const mail = (attachments: Attachment[], overrides: Partial<ComposedMail> = {}): ComposedMail => {
    const made = aMail({ to: ['a@b.c'], cc: ['c@d.e'], bcc: ['hidden@f.g'] });
    return { ...made, from: { name: 'Billing', address: USER }, attachments, ...overrides };
  };
  const send = (given: ComposedMail, overrides: Partial<GraphSettings> = {}) =>
    new GraphTransport(graphSettings(microsoft, overrides), new MailboxLimit()).send(given);
  const failureOf = async (given: ComposedMail): Promise<MailError> => {
    const error = await send(given).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MailError);
    return error as MailError;
  };
  const paths = (): string[] => microsoft.graph.requests.map(({ method, path }) => `${method} ${path.replace(/AAMk[^/]+/, 'ID')}`);
  const large = (): Attachment => ({ filename: 'Bericht für März ☂.bin', content: TEN_MB, contentType: 'application/x-report' });

  it('10 MB arrive byte for byte: draft, pieces in order, send', async () => {
    const given = mail([large()]);
    const receipt = await send(given);
    expect(paths()).toEqual([
      `POST /v1.0/users/${USER}/messages`,
      `POST /v1.0/users/${USER}/messages/ID/attachments/createUploadSession`,
      `POST /v1.0/users/${USER}/messages/ID/send`,
    ]);
    const [sent] = microsoft.graph.sent;
    expect(sent).toMatchObject({
      subject: 'Hello',
      messageId: given.messageId,
      recipients: ['a@b.c', 'c@d.e', 'hidden@f.g'],
      attachments: [{ name: 'Bericht für März ☂.bin', contentType: 'application/x-report', isInline: false }],
    });
    expect(sent!.attachments[0]!.content.equals(TEN_MB)).toBe(true);
    expect(sent!.delivered!.toString()).not.toContain('hidden@f.g');
    expect(receipt).toMatchObject({ accepted: ['a@b.c', 'c@d.e', 'hidden@f.g'], reply: expect.stringMatching(/^202 \(request-id /) });
    expect(microsoft.graph.drafts.size).toBe(0);
  });

  it('each piece has less than 4 MB, says which it is, and carries no token', async () => {
    await send(mail([large()]));
    const pieces = microsoft.graph.uploads.requests;
    expect(pieces.map(({ headers }) => headers['content-range'])).toEqual([
      'bytes 0-3145727/10000000',
      'bytes 3145728-6291455/10000000',
      'bytes 6291456-9437183/10000000',
      'bytes 9437184-9999999/10000000',
    ]);
    expect(pieces.every(({ body, headers }) => body.length < 4_000_000 && headers.authorization === undefined)).toBe(true);
  });

  it('only what does not fit leaves the MIME; what is below 3 MB goes in one request', async () => {
    const files = [1_500_000, 1_400_000, 20_000].map((size, index) => ({ filename: `${index}.bin`, content: randomBytes(size) }));
    await send(mail([files[2]!, files[0]!, files[1]!]));
    expect(paths()).toEqual([
      `POST /v1.0/users/${USER}/messages`,
      `POST /v1.0/users/${USER}/messages/ID/attachments`,
      `POST /v1.0/users/${USER}/messages/ID/send`,
    ]);
    const byName = new Map(microsoft.graph.sent[0]!.attachments.map(({ name, content }) => [name, content]));
    for (const { filename, content } of files) expect(byName.get(filename)?.equals(content)).toBe(true);
    expect(microsoft.graph.uploads.requests).toEqual([]);
  });

  it('an inline image stays inline, a stream is read once', async () => {
    const inline = { content: Readable.from([TEN_MB]), filename: 'logo.png', contentType: 'image/png', cid: 'logo@acme' };
    await send(mail([inline], { html: '<img src="cid:logo@acme">' }));
    const [sent] = microsoft.graph.sent;
    expect(sent!.html).toContain('cid:logo@acme');
    expect(sent!.attachments).toMatchObject([{ name: 'logo.png', contentType: 'image/png', isInline: true, contentId: 'logo@acme' }]);
    expect(sent!.attachments[0]!.content.equals(TEN_MB)).toBe(true);
  });

  it('a mail of 2 MB goes without a draft', async () => {
    await send(mail([{ filename: 'a.bin', content: randomBytes(2_000_000) }]));
    expect(paths()).toEqual([`POST /v1.0/users/${USER}/sendMail`]);
  });

  it('nobody in Bcc is lost when a draft forgets them', async () => {
    microsoft.graph.dropsBcc = true;
    await send(mail([large()]));
    expect(microsoft.graph.sent).toMatchObject([{ recipients: ['a@b.c', 'c@d.e', 'hidden@f.g'], bcc: ['hidden@f.g'] }]);
  });

  it('without Mail.ReadWrite the message fails with the permission’s name; others go on', async () => {
    microsoft.graph.permissions.delete('Mail.ReadWrite');
    const failure = await failureOf(mail([large()]));
    expect(failure).toMatchObject({
      code: 'CONTENT',
      fault: 'message',
      retryable: false,
      reply: expect.stringContaining('ErrorAccessDenied'),
    });
    expect(failure.remedy).toContain('Mail.ReadWrite');
    await send(mail([]));
    expect(microsoft.graph.sent).toHaveLength(1);
  });

  it.each<[string, Reply, string, string]>([
    ['something else answers for the session', { status: 201, body: '<html></html>' }, 'createUploadSession', 'CONNECTION'],
    ['the session is refused', fault(400, 'ErrorInvalidRequest', 'x'), 'createUploadSession', 'CONTENT'],
    ['a piece is refused', fault(416, 'ErrorInvalidRange', 'x'), 'AttachmentSessions', 'CONTENT'],
    ['the address of the session is forgotten', fault(401, 'InvalidAuthenticationToken', 'x'), 'AttachmentSessions', 'CONTENT'],
    ['the server fails at a piece', fault(500, 'UnknownError', 'x'), 'AttachmentSessions', 'CONNECTION'],
    ['the connection is lost at a piece', 'DROP', 'AttachmentSessions', 'CONNECTION'],
    ['the mailbox is to wait', fault(429, 'ApplicationThrottled', 'x', { 'retry-after': '9' }), 'createUploadSession', 'THROTTLED'],
    ['sending is refused', fault(403, 'ErrorSendAsDenied', 'x'), '/send', 'SENDER'],
    ['sending is answered 200', { status: 200, body: {} }, '/send', 'CONTENT'],
  ])('when %s, the draft is deleted and nothing was sent', async (_what, reply, where, code) => {
    microsoft.graph.before = ({ method, path }) => (method !== 'DELETE' && path.includes(where) ? reply : undefined);
    expect(await failureOf(mail([large()]))).toMatchObject({ code });
    expect(microsoft.graph.drafts.size).toBe(0);
    expect(paths().at(-1)).toBe(`DELETE /v1.0/users/${USER}/messages/ID`);
    expect(microsoft.graph.sent).toEqual([]);
  });

  it.each<[string, Reply]>([
    ['lost', 'DROP'],
    ['500', fault(500, 'UnknownError', 'x')],
  ])('a draft whose sending is %s is left alone: it may have been sent', async (_what, reply) => {
    microsoft.graph.after = ({ path }) => (path.endsWith('/send') ? reply : undefined);
    expect(await failureOf(mail([large()]))).toMatchObject({ code: 'AMBIGUOUS' });
    expect(microsoft.graph.sent).toHaveLength(1);
    expect(paths().some((path) => path.startsWith('DELETE'))).toBe(false);
  });

  it('sends no attachment to a host that is none of the cloud’s', async () => {
    microsoft.graph.uploadUrl = (path) => `https://${microsoft.entra.host}${path}`;
    const asked = microsoft.entra.requests.length;
    expect(await failureOf(mail([large()]))).toMatchObject({
      code: 'CONTENT',
      fault: 'message',
      remedy: expect.stringContaining('graph.clouds'),
    });
    expect(microsoft.entra.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
    expect(asked).toBe(0);
    expect(microsoft.graph.drafts.size).toBe(0);
  });

  it('a text that is too large by itself fails before anything is asked', async () => {
    expect(await failureOf(mail([], { text: 'x'.repeat(4_000_000) }))).toMatchObject({ code: 'CONTENT', retryable: false });
    expect(microsoft.graph.requests).toEqual([]);
  });
});
