import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import type { ComposedMail } from '../../lib/message/compose.js';
import { MailError } from '../../lib/shared/mail-error.js';
import type { GraphSettings } from '../../lib/transport/graph/graph-settings.js';
import { GraphTransport } from '../../lib/transport/graph/graph.transport.js';
import { MailboxLimit } from '../../lib/transport/graph/mailbox-limit.js';
import { buildMail } from '../support/mails.js';
import { CLIENT_SECRET, type FakeMicrosoft, USER, USER_PASSWORD, buildFault, startMicrosoft } from '../support/microsoft/index.js';
import { buildGraphSettings } from '../support/microsoft/graph-settings.js';
import type { Received, Reply } from '../support/microsoft/https-server.js';

describe('GraphTransport', () => {
  let microsoft: FakeMicrosoft;
  beforeAll(async () => {
    microsoft = await startMicrosoft();
  });
  afterAll(() => microsoft.close());
  afterEach(() => microsoft.reset());

  const createTransport = (overrides: Partial<GraphSettings> = {}, limit = new MailboxLimit()) =>
    new GraphTransport(buildGraphSettings(microsoft, overrides), limit);
  const buildMessage = (overrides: Partial<ComposedMail> = {}, who: Parameters<typeof buildMail>[0] = {}): ComposedMail => {
    const made = buildMail(who);
    const { from = { name: 'Billing', address: USER } } = overrides;
    return { ...made, from, envelope: { ...made.envelope, from: from.address }, ...overrides };
  };
  const catchFailure = async (overrides: Partial<GraphSettings> = {}, given = buildMessage()): Promise<MailError> => {
    const error = await createTransport(overrides)
      .send(given)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MailError);
    const shown = inspect(error, { depth: 12, showHidden: true });
    for (const secret of [CLIENT_SECRET, ...microsoft.entra.issued.map(({ token }) => token)]) expect(shown).not.toContain(secret);
    return error as MailError;
  };
  /** Returns a script with this reply to each request to send. */
  const answerSending =
    (reply: Reply) =>
    ({ path }: Received): Reply =>
      /\/send(Mail)?$/.test(path) ? reply : undefined;

  describe('sending', () => {
    it('refuses an envelope sender, which it cannot set, and ignores notifications', async () => {
      const given = buildMessage();
      const envelope = { ...given.envelope, from: 'bounces@example.com' };
      await expect(createTransport().send({ ...given, envelope })).rejects.toMatchObject({
        code: 'CONTENT',
        reason: 'graph_envelope_from',
        message: expect.stringContaining('"envelopeFrom"'),
        retryable: false,
      });
      expect(microsoft.graph.requests).toEqual([]);
      await createTransport().send({ ...given, envelope: { ...given.envelope, dsn: { notify: ['success'] } } });
      expect(microsoft.graph.requests).toHaveLength(1);
    });

    it('sends the MIME in base64 as text/plain, and accepts only status 202', async () => {
      const given = buildMessage({ html: '<p>Hello</p>', headers: { 'X-Order': ['4711'] } });
      const receipt = await createTransport().send(given);
      const [request] = microsoft.graph.requests;
      expect(request).toMatchObject({ method: 'POST', path: `/v1.0/users/${USER}/sendMail` });
      expect(request!.headers).toMatchObject({
        'content-type': 'text/plain',
        authorization: `Bearer ${microsoft.entra.issued[0]!.token}`,
        'client-request-id': expect.stringMatching(/^[\da-f-]{36}$/),
      });
      expect(Object.keys(request!.headers).filter((name) => /sdk|telemetry/i.test(name))).toEqual([]);
      expect(receipt).toEqual({
        accepted: ['to@example.org'],
        rejected: [],
        reply: `202 (request-id graph-${request!.headers['client-request-id'] as string})`,
      });
      expect(microsoft.graph.sent).toMatchObject([
        { mailbox: USER, from: USER, recipients: ['to@example.org'], subject: 'Hello', messageId: given.messageId },
      ]);
      expect(microsoft.graph.sent[0]!.raw.toString()).toContain('X-Order: 4711');
    });

    it('sends as a shared mailbox whose address needs escaping', async () => {
      const mailbox = "o'brien+orders/x@contoso.com";
      microsoft.graph.mailboxes.add(encodeURIComponent(mailbox)).add(mailbox);
      microsoft.graph.sendAs.add(USER);
      microsoft.graph.before = ({ path }) => (path === `/v1.0/users/${mailbox}/sendMail` ? { status: 202 } : { status: 400 });
      await expect(createTransport({ mailbox, sender: USER }).send(buildMessage())).resolves.toMatchObject({
        accepted: ['to@example.org'],
      });
    });

    it('sends to Bcc recipients, whom nobody else sees', async () => {
      await createTransport().send(buildMessage({}, { to: ['a@b.c'], cc: ['c@d.e'], bcc: ['hidden@f.g', 'too@h.i'] }));
      const [sent] = microsoft.graph.sent;
      expect(sent).toMatchObject({ to: ['a@b.c'], cc: ['c@d.e'], bcc: ['hidden@f.g', 'too@h.i'] });
      expect(sent!.recipients).toEqual(['a@b.c', 'c@d.e', 'hidden@f.g', 'too@h.i']);
      expect(sent!.delivered!.toString()).not.toMatch(/hidden@f\.g|too@h\.i/);
      expect(sent!.delivered!.toString()).toContain('To: a@b.c');
    });

    it('sends only to the envelope: on a later attempt, to the remaining recipients', async () => {
      const given = buildMessage({}, { to: ['has@b.c', 'not@b.c'], cc: ['has2@b.c'], bcc: ['has3@b.c'] });
      given.envelope.to = ['not@b.c'];
      await createTransport().send(given);
      expect(microsoft.graph.sent).toMatchObject([{ recipients: ['not@b.c'] }]);
    });

    it('sends Unicode in subject, names, text and names of attachments', async () => {
      const content = Buffer.from('Grüße');
      await createTransport().send(
        buildMessage({
          subject: 'Rechnung № 5 – für Zoë 🧾',
          from: { name: 'Müller & Söhne 株式会社', address: USER },
          to: [{ name: 'Łukasz Ζορμπάς', address: 'to@example.org' }],
          text: 'Schöne Grüße 🌍',
          attachments: [{ filename: 'Überweisung – März ☂.pdf', content, contentType: 'application/pdf' }],
        }),
      );
      const [sent] = microsoft.graph.sent;
      expect(sent).toMatchObject({ subject: 'Rechnung № 5 – für Zoë 🧾', text: expect.stringContaining('Schöne Grüße 🌍') });
      expect(sent!.attachments).toMatchObject([{ name: 'Überweisung – März ☂.pdf', contentType: 'application/pdf' }]);
      expect(sent!.attachments[0]!.content).toEqual(content);
      expect(sent!.raw.every((byte) => byte < 0x80)).toBe(true);
    });

    it('uses the authority, scope and host of the given cloud', async () => {
      await createTransport().send(buildMessage());
      expect(microsoft.entra.issued).toMatchObject([{ scope: `https://${microsoft.graph.host}/.default`, grant: 'client_credentials' }]);
      const strange = { ...microsoft.cloud, graph: 'dod-graph.example.invalid' };
      expect(await catchFailure({ cloud: strange })).toMatchObject({
        code: 'AUTH',
        phase: 'token',
        reply: expect.stringContaining('dod-graph'),
      });
    });

    it('signs in as the owner of the mailbox', async () => {
      await createTransport({ password: USER_PASSWORD }).send(buildMessage());
      expect(microsoft.entra.issued).toMatchObject([{ grant: 'password' }]);
      expect(microsoft.graph.sent).toHaveLength(1);
    });

    it('signs in once for all messages', async () => {
      const transport = createTransport();
      await Promise.all([transport.send(buildMessage()), transport.send(buildMessage()), transport.send(buildMessage())]);
      await transport.send(buildMessage());
      expect(microsoft.entra.signIns).toHaveLength(1);
      expect(microsoft.graph.sent).toHaveLength(4);
    });
  });

  describe('a refused token', () => {
    it('is renewed once, and the message is sent once', async () => {
      const transport = createTransport();
      await transport.send(buildMessage());
      microsoft.graph.refusedTokens.add(microsoft.entra.issued[0]!.token);
      await transport.send(buildMessage({ subject: 'second' }));
      expect(microsoft.entra.signIns).toHaveLength(2);
      expect(microsoft.graph.sent.map(({ subject }) => subject)).toEqual(['Hello', 'second']);
      expect(microsoft.graph.requests).toHaveLength(3);
    });

    it('makes the configuration failing if the new token is refused as well', async () => {
      microsoft.graph.before = () => buildFault(401, 'InvalidAuthenticationToken', 'Access token validation failure. Invalid audience.');
      expect(await catchFailure()).toMatchObject({ code: 'AUTH', fault: 'server', reply: expect.stringContaining('Invalid audience') });
      expect(microsoft.graph.requests).toHaveLength(2);
      expect(microsoft.entra.signIns).toHaveLength(2);
    });
  });

  describe('a failure of the configuration', () => {
    it.each<[string, () => void, Partial<GraphSettings>, string, RegExp]>([
      ['consent is missing', () => microsoft.graph.permissions.clear(), {}, 'PERMISSION', /Mail\.Send/],
      ['a policy keeps the app away', () => undefined, { mailbox: 'ceo@contoso.com' }, 'PERMISSION', /scope/],
      ['there is no such mailbox', () => undefined, { mailbox: 'nobody@contoso.com' }, 'MAILBOX', /user name/],
      ['the mailbox may not send as the From address', () => undefined, { mailbox: 'shared@contoso.com' }, 'SENDER', /Send as/],
      ['the secret is wrong', () => undefined, { clientSecret: 'not the secret' }, 'AUTH', /value/],
    ])('makes the configuration failing and has a remedy: %s', async (_what, prepare, overrides, code, remedy) => {
      prepare();
      const failure = await catchFailure(overrides);
      expect(failure).toMatchObject({ code, fault: 'server', retryable: true });
      expect(failure.remedy).toMatch(remedy);
      expect(microsoft.graph.sent).toEqual([]);
    });

    it('does not include a refused From address of the message itself, which is a failure of the message', async () => {
      const failure = await catchFailure({}, buildMessage({ from: { name: '', address: 'other@contoso.com' } }));
      expect(failure).toMatchObject({ code: 'SENDER', fault: 'message', retryable: false });
      microsoft.graph.sendAs.add('other@contoso.com');
      await createTransport().send(buildMessage({ from: { name: '', address: 'other@contoso.com' } }));
      expect(microsoft.graph.sent).toHaveLength(1);
    });
  });

  describe('a failure of the message', () => {
    it.each<[string, Reply, string, RegExp]>([
      [
        '400 for its recipients',
        buildFault(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.'),
        'RECIPIENT',
        /addresses/,
      ],
      ['400 for its MIME', buildFault(400, 'ErrorMimeContentInvalid', 'Invalid MIME content.'), 'CONTENT', /response/],
      ['400 for a header', buildFault(400, 'InvalidInternetMessageHeader', 'The header does not begin with x-.'), 'CONTENT', /response/],
      ['413', buildFault(413, 'RequestEntityTooLarge', 'The maximum request length supported is 4MB.'), 'CONTENT', /smaller/],
      [
        'its size at any status',
        buildFault(400, 'ErrorMessageSizeExceeded', 'The message exceeds the maximum supported size.'),
        'CONTENT',
        /smaller/,
      ],
      ['200, which is not 202', { status: 200, body: {} }, 'CONTENT', /size/],
      ['an unknown 4xx status', { status: 418, body: 'short and stout' }, 'CONTENT', /response/],
    ])('fails the message only: %s', async (_what, reply, code, remedy) => {
      microsoft.graph.before = answerSending(reply);
      const failure = await catchFailure();
      expect(failure).toMatchObject({ code, fault: 'message', retryable: false });
      expect(failure.remedy).toMatch(remedy);
      expect(failure.reply).toMatch(/^\d{3} .*\(request-id graph-[\da-f-]{36}\)$/);
      expect(microsoft.graph.requests).toHaveLength(1);
    });

    it('includes an attachment that cannot be read', async () => {
      const content = new Readable({ read: () => content.destroy(new Error('gone')) });
      expect(await catchFailure({}, buildMessage({ attachments: [{ filename: 'a', content }] }))).toMatchObject({ code: 'CONTENT' });
      expect(microsoft.graph.requests).toEqual([]);
    });
  });

  describe('an ambiguous response', () => {
    it.each<[string, () => void, Partial<GraphSettings>]>([
      ['500 after it was accepted', () => (microsoft.graph.after = answerSending(buildFault(500, 'UnknownError', ''))), {}],
      ['502', () => (microsoft.graph.after = answerSending({ status: 502, body: '<html>Bad gateway</html>' })), {}],
      ['504', () => (microsoft.graph.after = answerSending(buildFault(504, 'UnknownError', ''))), {}],
      ['a hang-up after the body', () => (microsoft.graph.after = answerSending('DROP')), {}],
      ['no answer in time', () => (microsoft.graph.after = answerSending('SILENT')), { timeouts: { responseMs: 1_500 } }],
    ])('may mean that the message was sent, which is not retried here: %s', async (_what, prepare, overrides) => {
      prepare();
      const failure = await catchFailure(overrides);
      expect(failure).toMatchObject({
        code: 'AMBIGUOUS',
        retryable: true,
        phase: 'message',
        reply: expect.stringMatching(/request-id .*[\da-f-]{36}/),
      });
      expect(microsoft.graph.sent).toHaveLength(1);
      expect(microsoft.graph.requests).toHaveLength(1);
    });

    it('does not include 202 with Retry-After: the message is sent, and only the next one waits', async () => {
      microsoft.graph.after = answerSending({ status: 202, headers: { 'retry-after': '120' } });
      const transport = createTransport();
      expect(await transport.send(buildMessage())).toMatchObject({ reply: expect.stringMatching(/^202 /) });
      expect(microsoft.graph.sent).toHaveLength(1);
      await expect(transport.send(buildMessage())).rejects.toMatchObject({ code: 'THROTTLED' });
      expect(microsoft.graph.requests).toHaveLength(1);
    });

    it('does not include a redirect, which is not followed', async () => {
      microsoft.graph.before = () => ({ status: 307, headers: { location: `https://${microsoft.entra.host}/` } });
      expect(await catchFailure()).toMatchObject({ code: 'CONNECTION', fault: 'server' });
      expect(microsoft.entra.requests.filter(({ path }) => path === '/')).toEqual([]);
    });
  });

  describe('throttling', () => {
    const inTwoHours = () => new Date(Date.now() + 7_200_000).toUTCString();
    it.each<[string, Reply, number, number]>([
      ['429 with seconds', buildFault(429, 'ApplicationThrottled', 'Too many requests.', { 'retry-after': '37' }), 37_000, 37_000],
      ['429 with a date', buildFault(429, 'TooManyRequests', 'x', { 'retry-after': inTwoHours() }), 7_000_000, 7_200_000],
      ['429 without', buildFault(429, 'ApplicationThrottled', 'x'), 60_000, 60_000],
      ['429 at once', buildFault(429, 'ApplicationThrottled', 'x', { 'retry-after': '0' }), 1_000, 1_000],
      ['503', buildFault(503, 'serviceNotAvailable', 'x', { 'retry-after': '5' }), 5_000, 5_000],
      ['a limit of the mailbox', buildFault(403, 'ErrorExceededMessageLimit', 'x'), 3_600_000, 3_600_000],
    ])('delays every message of the mailbox: %s', async (_what, reply, least, most) => {
      microsoft.graph.before = answerSending(reply);
      const transport = createTransport();
      const failure = (await transport.send(buildMessage()).catch((error: unknown) => error)) as MailError;
      expect(failure).toMatchObject({ code: 'THROTTLED', reply: expect.any(String) });
      expect(failure.retryAfterMs).toBeGreaterThanOrEqual(least);
      expect(failure.retryAfterMs).toBeLessThanOrEqual(most);
      microsoft.graph.before = () => undefined;
      await expect(transport.send(buildMessage())).rejects.toMatchObject({ code: 'THROTTLED' });
      expect(microsoft.graph.requests).toHaveLength(1);
    });
  });

  describe('an unreachable server', () => {
    it.each<[string, (cloud: GraphSettings['cloud']) => GraphSettings['cloud'], string]>([
      ['no such name', (cloud) => ({ ...cloud, authority: 'login.example.invalid' }), 'DNS'],
      ['a closed port', (cloud) => ({ ...cloud, authority: 'localhost:1' }), 'CONNECTION'],
    ])('is a failure of the server: %s', async (_what, change, code) => {
      expect(await catchFailure({ cloud: change(microsoft.cloud) })).toMatchObject({ code, fault: 'server' });
    });

    it('includes a certificate of another server', async () => {
      expect(await catchFailure({ ca: [] })).toMatchObject({ code: 'CERTIFICATE', fault: 'server' });
    });
  });

  it('accepts no mail after it is closed, and finishes mail in flight', async () => {
    const transport = createTransport();
    const inFlight = transport.send(buildMessage());
    await transport.close();
    expect(await inFlight).toMatchObject({ accepted: ['to@example.org'] });
    await expect(transport.send(buildMessage())).rejects.toMatchObject({ code: 'CONNECTION' });
  });

  it('cuts off requests at its deadline on close', async () => {
    let reached!: () => void;
    const asked = new Promise<void>((resolve) => (reached = resolve));
    microsoft.graph.after = () => {
      reached();
      return 'SILENT';
    };
    const transport = createTransport();
    const outcome = transport.send(buildMessage()).catch((error: unknown) => error);
    await asked;
    await transport.close(10);
    expect(await outcome).toMatchObject({ code: 'AMBIGUOUS' });
  });

  it('redacts an opaque token in any form, and a truncated secret, that Microsoft’s response repeats', async () => {
    microsoft.entra.isOpaque = true;
    const listTokens = (): string => microsoft.entra.issued.map(({ token }) => token).join(' ');
    const forms: (() => string)[] = [
      listTokens,
      () => `${'x'.repeat(280)} ${listTokens()}`,
      () => encodeURIComponent(listTokens()),
      () => Buffer.from(listTokens()).toString('base64'),
      () => `${'x'.repeat(290)} ${CLIENT_SECRET}`,
    ];
    for (const form of forms) {
      microsoft.entra.issued.splice(0);
      microsoft.graph.before = () => buildFault(401, 'InvalidAuthenticationToken', `You sent ${form()}`);
      const { reply } = await catchFailure();
      for (const secret of [CLIENT_SECRET, ...microsoft.entra.issued.map(({ token }) => token)]) {
        for (const known of [secret, Buffer.from(secret).toString('base64')]) expect(reply).not.toContain(known.slice(0, 12));
      }
    }
    microsoft.graph.before = () =>
      buildFault(400, 'Bad', 'Authorization: Bearer 0123456789abcdef-of-another, {"access_token":"EwB0123456789abcdef"}');
    expect((await catchFailure()).reply).toContain('Authorization: Bearer ***, {"access_token":"***"}');
  });

  it('shows no secret when it is inspected', async () => {
    const transport = createTransport({ password: USER_PASSWORD });
    await transport.send(buildMessage());
    const shown = inspect(transport, { depth: 12, showHidden: true });
    for (const secret of [CLIENT_SECRET, USER_PASSWORD, microsoft.entra.issued[0]!.token]) expect(shown).not.toContain(secret);
  });
});
