import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ComposedMail } from '../../lib/message/compose.js';
import type { Attachment } from '../../lib/message/mail-message.js';
import { MailError } from '../../lib/shared/mail-error.js';
import type { GraphSettings } from '../../lib/transport/graph/graph-settings.js';
import { GraphTransport } from '../../lib/transport/graph/graph.transport.js';
import { MailboxLimit } from '../../lib/transport/graph/mailbox-limit.js';
import { buildMail } from '../support/mails.js';
import { type FakeMicrosoft, USER, buildFault, startMicrosoft } from '../support/microsoft/index.js';
import { buildGraphSettings } from '../support/microsoft/graph-settings.js';
import type { Reply } from '../support/microsoft/https-server.js';

const TEN_MB = randomBytes(10_000_000);

describe('Attachments over the limit of one request to Microsoft Graph', () => {
  let microsoft: FakeMicrosoft;
  beforeAll(async () => {
    microsoft = await startMicrosoft();
  });
  afterAll(() => microsoft.close());
  afterEach(() => microsoft.reset());

  const buildMessage = (attachments: Attachment[], overrides: Partial<ComposedMail> = {}): ComposedMail => {
    const made = buildMail({ from: USER, to: ['a@b.c'], cc: ['c@d.e'], bcc: ['hidden@f.g'] });
    return { ...made, from: { name: 'Billing', address: USER }, attachments, ...overrides };
  };
  const send = (given: ComposedMail, overrides: Partial<GraphSettings> = {}) =>
    new GraphTransport(buildGraphSettings(microsoft, overrides), new MailboxLimit()).send(given);
  const catchFailure = async (given: ComposedMail): Promise<MailError> => {
    const error = await send(given).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MailError);
    return error as MailError;
  };
  const listRequests = (): string[] => microsoft.graph.requests.map(({ method, path }) => `${method} ${path.replace(/AAMk[^/]+/, 'ID')}`);
  const buildLargeFile = (): Attachment => ({ filename: 'Bericht für März ☂.bin', content: TEN_MB, contentType: 'application/x-report' });

  it('are delivered byte for byte: draft, pieces in order, send', async () => {
    const given = buildMessage([buildLargeFile()]);
    const receipt = await send(given);
    expect(listRequests()).toEqual([
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

  it('are sent in pieces of less than 4 MB with their range and without a token', async () => {
    await send(buildMessage([buildLargeFile()]));
    const pieces = microsoft.graph.uploads.requests;
    expect(pieces.map(({ headers }) => headers['content-range'])).toEqual([
      'bytes 0-3145727/10000000',
      'bytes 3145728-6291455/10000000',
      'bytes 6291456-9437183/10000000',
      'bytes 9437184-9999999/10000000',
    ]);
    expect(pieces.every(({ body, headers }) => body.length < 4_000_000 && headers.authorization === undefined)).toBe(true);
  });

  it('leave the MIME only if they do not fit, and use one request below 3 MB', async () => {
    const files = [1_500_000, 1_400_000, 20_000].map((size, index) => ({ filename: `${index}.bin`, content: randomBytes(size) }));
    await send(buildMessage([files[2]!, files[0]!, files[1]!]));
    expect(listRequests()).toEqual([
      `POST /v1.0/users/${USER}/messages`,
      `POST /v1.0/users/${USER}/messages/ID/attachments`,
      `POST /v1.0/users/${USER}/messages/ID/send`,
    ]);
    const byName = new Map(microsoft.graph.sent[0]!.attachments.map(({ name, content }) => [name, content]));
    for (const { filename, content } of files) expect(byName.get(filename)?.equals(content)).toBe(true);
    expect(microsoft.graph.uploads.requests).toEqual([]);
  });

  it('stay inline if they are inline, and are read once if they are streams', async () => {
    const inline = { content: Readable.from([TEN_MB]), filename: 'logo.png', contentType: 'image/png', cid: 'logo@acme' };
    await send(buildMessage([inline], { html: '<img src="cid:logo@acme">' }));
    const [sent] = microsoft.graph.sent;
    expect(sent!.html).toContain('cid:logo@acme');
    expect(sent!.attachments).toMatchObject([{ name: 'logo.png', contentType: 'image/png', isInline: true, contentId: 'logo@acme' }]);
    expect(sent!.attachments[0]!.content.equals(TEN_MB)).toBe(true);
  });

  it('need no draft for a message of 2 MB', async () => {
    await send(buildMessage([{ filename: 'a.bin', content: randomBytes(2_000_000) }]));
    expect(listRequests()).toEqual([`POST /v1.0/users/${USER}/sendMail`]);
  });

  it('keep Bcc recipients that a draft loses', async () => {
    microsoft.graph.dropsBcc = true;
    await send(buildMessage([buildLargeFile()]));
    expect(microsoft.graph.sent).toMatchObject([{ recipients: ['a@b.c', 'c@d.e', 'hidden@f.g'], bcc: ['hidden@f.g'] }]);
  });

  it('fail only their own message without Mail.ReadWrite, and the error names the permission', async () => {
    microsoft.graph.permissions.delete('Mail.ReadWrite');
    const failure = await catchFailure(buildMessage([buildLargeFile()]));
    expect(failure).toMatchObject({
      code: 'CONTENT',
      fault: 'message',
      retryable: false,
      reply: expect.stringContaining('ErrorAccessDenied'),
    });
    expect(failure.remedy).toContain('Mail.ReadWrite');
    await send(buildMessage([]));
    expect(microsoft.graph.sent).toHaveLength(1);
  });

  it.each<[string, Reply, string, string]>([
    ['the session response is invalid', { status: 201, body: '<html></html>' }, 'createUploadSession', 'CONNECTION'],
    ['the session is refused', buildFault(400, 'ErrorInvalidRequest', 'x'), 'createUploadSession', 'CONTENT'],
    ['a piece is refused', buildFault(416, 'ErrorInvalidRange', 'x'), 'AttachmentSessions', 'CONTENT'],
    ['the URL of the session is no longer known', buildFault(401, 'InvalidAuthenticationToken', 'x'), 'AttachmentSessions', 'CONTENT'],
    ['the server fails at a piece', buildFault(500, 'UnknownError', 'x'), 'AttachmentSessions', 'CONNECTION'],
    ['the connection is lost at a piece', 'DROP', 'AttachmentSessions', 'CONNECTION'],
    ['the mailbox is throttled', buildFault(429, 'ApplicationThrottled', 'x', { 'retry-after': '9' }), 'createUploadSession', 'THROTTLED'],
    ['sending is refused', buildFault(403, 'ErrorSendAsDenied', 'x'), '/send', 'SENDER'],
    ['sending is answered 200', { status: 200, body: {} }, '/send', 'CONTENT'],
  ])('leave no draft and are not sent when %s', async (_what, reply, where, code) => {
    microsoft.graph.before = ({ method, path }) => (method !== 'DELETE' && path.includes(where) ? reply : undefined);
    expect(await catchFailure(buildMessage([buildLargeFile()]))).toMatchObject({ code });
    expect(microsoft.graph.drafts.size).toBe(0);
    expect(listRequests().at(-1)).toBe(`DELETE /v1.0/users/${USER}/messages/ID`);
    expect(microsoft.graph.sent).toEqual([]);
  });

  it.each<[string, Reply]>([
    ['a lost connection', 'DROP'],
    ['status 500', buildFault(500, 'UnknownError', 'x')],
  ])('leave a draft alone that may have been sent: %s', async (_what, reply) => {
    microsoft.graph.after = ({ path }) => (path.endsWith('/send') ? reply : undefined);
    expect(await catchFailure(buildMessage([buildLargeFile()]))).toMatchObject({ code: 'AMBIGUOUS' });
    expect(microsoft.graph.sent).toHaveLength(1);
    expect(listRequests().some((path) => path.startsWith('DELETE'))).toBe(false);
  });

  it('are not sent to a host outside the cloud', async () => {
    microsoft.graph.uploadUrl = (path) => `https://${microsoft.entra.host}${path}`;
    const asked = microsoft.entra.requests.length;
    expect(await catchFailure(buildMessage([buildLargeFile()]))).toMatchObject({
      code: 'CONTENT',
      fault: 'message',
      remedy: expect.stringContaining('graph.clouds'),
    });
    expect(microsoft.entra.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
    expect(asked).toBe(0);
    expect(microsoft.graph.drafts.size).toBe(0);
  });

  it('are not uploaded if the text alone is too large, which fails before any request', async () => {
    expect(await catchFailure(buildMessage([], { text: 'x'.repeat(4_000_000) }))).toMatchObject({ code: 'CONTENT', retryable: false });
    expect(microsoft.graph.requests).toEqual([]);
  });
});
