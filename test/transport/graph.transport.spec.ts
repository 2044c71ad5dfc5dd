import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import type { ComposedMail } from '../../lib/message/compose.js';
import { MailError } from '../../lib/shared/mail-error.js';
import type { GraphSettings } from '../../lib/transport/graph/graph-settings.js';
import { GraphTransport } from '../../lib/transport/graph/graph.transport.js';
import { MailboxLimit } from '../../lib/transport/graph/mailbox-limit.js';
import { aMail } from '../support/mails.js';
import { CLIENT_SECRET, type FakeMicrosoft, USER, USER_PASSWORD, fault, startMicrosoft } from '../support/microsoft/index.js';
import { graphSettings } from '../support/microsoft/graph-settings.js';
import type { Received, Reply } from '../support/microsoft/https-server.js';

describe('GraphTransport', () => {
  let microsoft: FakeMicrosoft;
  beforeAll(async () => {
    microsoft = await startMicrosoft();
  });
  afterAll(() => microsoft.close());
  afterEach(() => microsoft.reset());

  const open = (overrides: Partial<GraphSettings> = {}, limit = new MailboxLimit()) =>
    new GraphTransport(graphSettings(microsoft, overrides), limit);
  const mail = (overrides: Partial<ComposedMail> = {}, who: Parameters<typeof aMail>[0] = {}): ComposedMail => {
    const made = aMail(who);
    const from = { name: 'Billing', address: USER };
    return { ...made, from, envelope: { ...made.envelope, from: USER }, ...overrides };
  };
  const failureOf = async (overrides: Partial<GraphSettings> = {}, given = mail()): Promise<MailError> => {
    const error = await open(overrides)
      .send(given)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MailError);
    const shown = inspect(error, { depth: 12, showHidden: true });
    for (const secret of [CLIENT_SECRET, ...microsoft.entra.issued.map(({ token }) => token)]) expect(shown).not.toContain(secret);
    return error as MailError;
  };
  /** The same answer for each request to send. */
  const answering =
    (reply: Reply) =>
    ({ path }: Received): Reply =>
      /\/send(Mail)?$/.test(path) ? reply : undefined;

  describe('sends', () => {
    it('the MIME in base64 as text/plain, and only 202 is success', async () => {
      const given = mail({ html: '<p>Hello</p>', headers: { 'X-Order': '4711' } });
      const receipt = await open().send(given);
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

    it('as a shared mailbox whose address has to be escaped', async () => {
      const mailbox = "o'brien+orders/x@contoso.com";
      microsoft.graph.mailboxes.add(encodeURIComponent(mailbox)).add(mailbox);
      microsoft.graph.sendAs.add(USER);
      microsoft.graph.before = ({ path }) => (path === `/v1.0/users/${mailbox}/sendMail` ? { status: 202 } : { status: 400 });
      await expect(open({ mailbox, sender: USER }).send(mail())).resolves.toMatchObject({ accepted: ['to@example.org'] });
    });

    it('to those in Bcc, whom nobody else sees', async () => {
      await open().send(mail({}, { to: ['a@b.c'], cc: ['c@d.e'], bcc: ['hidden@f.g', 'too@h.i'] }));
      const [sent] = microsoft.graph.sent;
      expect(sent).toMatchObject({ to: ['a@b.c'], cc: ['c@d.e'], bcc: ['hidden@f.g', 'too@h.i'] });
      expect(sent!.recipients).toEqual(['a@b.c', 'c@d.e', 'hidden@f.g', 'too@h.i']);
      expect(sent!.delivered!.toString()).not.toMatch(/hidden@f\.g|too@h\.i/);
      expect(sent!.delivered!.toString()).toContain('To: a@b.c');
    });

    it('to nobody but the envelope: on a later attempt, those who have not got it', async () => {
      const given = mail({}, { to: ['has@b.c', 'not@b.c'], cc: ['has2@b.c'], bcc: ['has3@b.c'] });
      given.envelope.to = ['not@b.c'];
      await open().send(given);
      expect(microsoft.graph.sent).toMatchObject([{ recipients: ['not@b.c'] }]);
    });

    it('unicode in subject, names, text and names of attachments', async () => {
      const content = Buffer.from('Grüße');
      await open().send(
        mail({
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

    it('in the cloud it is told: authority, scope and host follow', async () => {
      await open().send(mail());
      expect(microsoft.entra.issued).toMatchObject([{ scope: `https://${microsoft.graph.host}/.default`, grant: 'client_credentials' }]);
      const strange = { ...microsoft.cloud, graph: 'dod-graph.example.invalid' };
      expect(await failureOf({ cloud: strange })).toMatchObject({
        code: 'AUTH',
        phase: 'token',
        reply: expect.stringContaining('dod-graph'),
      });
    });

    it('signed in as the owner of the mailbox', async () => {
      await open({ password: USER_PASSWORD }).send(mail());
      expect(microsoft.entra.issued).toMatchObject([{ grant: 'password' }]);
      expect(microsoft.graph.sent).toHaveLength(1);
    });

    it('with one sign-in for all', async () => {
      const transport = open();
      await Promise.all([transport.send(mail()), transport.send(mail()), transport.send(mail())]);
      await transport.send(mail());
      expect(microsoft.entra.signIns).toHaveLength(1);
      expect(microsoft.graph.sent).toHaveLength(4);
    });
  });

  describe('a token that is refused', () => {
    it('is renewed once, and the mail is sent once', async () => {
      const transport = open();
      await transport.send(mail());
      microsoft.graph.refusedTokens.add(microsoft.entra.issued[0]!.token);
      await transport.send(mail({ subject: 'second' }));
      expect(microsoft.entra.signIns).toHaveLength(2);
      expect(microsoft.graph.sent.map(({ subject }) => subject)).toEqual(['Hello', 'second']);
      expect(microsoft.graph.requests).toHaveLength(3);
    });

    it('marks the configuration as failing when the new one is refused, too', async () => {
      microsoft.graph.before = () => fault(401, 'InvalidAuthenticationToken', 'Access token validation failure. Invalid audience.');
      expect(await failureOf()).toMatchObject({ code: 'AUTH', fault: 'server', reply: expect.stringContaining('Invalid audience') });
      expect(microsoft.graph.requests).toHaveLength(2);
      expect(microsoft.entra.signIns).toHaveLength(2);
    });
  });

  describe('about the configuration', () => {
    it.each<[string, () => void, Partial<GraphSettings>, string, RegExp]>([
      ['consent is missing', () => microsoft.graph.permissions.clear(), {}, 'PERMISSION', /Mail\.Send/],
      ['a policy keeps the app away', () => undefined, { mailbox: 'ceo@contoso.com' }, 'PERMISSION', /scope/],
      ['there is no such mailbox', () => undefined, { mailbox: 'nobody@contoso.com' }, 'MAILBOX', /user name/],
      ['the mailbox may not send as the From address', () => undefined, { mailbox: 'shared@contoso.com' }, 'SENDER', /Send as/],
      ['the secret is wrong', () => undefined, { clientSecret: 'not the secret' }, 'AUTH', /value/],
    ])('%s: the configuration is failing, with a remedy', async (_what, prepare, overrides, code, remedy) => {
      prepare();
      const failure = await failureOf(overrides);
      expect(failure).toMatchObject({ code, fault: 'server', retryable: true });
      expect(failure.remedy).toMatch(remedy);
      expect(microsoft.graph.sent).toEqual([]);
    });

    it('a From address of the message itself that is refused is the message’s own fault', async () => {
      const failure = await failureOf({}, mail({ from: { name: '', address: 'other@contoso.com' } }));
      expect(failure).toMatchObject({ code: 'SENDER', fault: 'message', retryable: false });
      microsoft.graph.sendAs.add('other@contoso.com');
      await open().send(mail({ from: { name: '', address: 'other@contoso.com' } }));
      expect(microsoft.graph.sent).toHaveLength(1);
    });
  });

  describe('about the message', () => {
    it.each<[string, Reply, string, RegExp]>([
      ['400 for its recipients', fault(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.'), 'RECIPIENT', /addresses/],
      ['400 for its MIME', fault(400, 'ErrorMimeContentInvalid', 'Invalid MIME content.'), 'CONTENT', /response/],
      ['400 for a header', fault(400, 'InvalidInternetMessageHeader', 'The header does not begin with x-.'), 'CONTENT', /response/],
      ['413', fault(413, 'RequestEntityTooLarge', 'The maximum request length supported is 4MB.'), 'CONTENT', /smaller/],
      [
        'its size at any status',
        fault(400, 'ErrorMessageSizeExceeded', 'The message exceeds the maximum supported size.'),
        'CONTENT',
        /smaller/,
      ],
      ['200, which is not 202', { status: 200, body: {} }, 'CONTENT', /size/],
      ['a 4xx nobody has heard of', { status: 418, body: 'short and stout' }, 'CONTENT', /response/],
    ])('%s: it fails, nothing is failing', async (_what, reply, code, remedy) => {
      microsoft.graph.before = answering(reply);
      const failure = await failureOf();
      expect(failure).toMatchObject({ code, fault: 'message', retryable: false });
      expect(failure.remedy).toMatch(remedy);
      expect(failure.reply).toMatch(/^\d{3} .*\(request-id graph-[\da-f-]{36}\)$/);
      expect(microsoft.graph.requests).toHaveLength(1);
    });

    it('an attachment that cannot be read', async () => {
      const content = new Readable({ read: () => content.destroy(new Error('gone')) });
      expect(await failureOf({}, mail({ attachments: [{ filename: 'a', content }] }))).toMatchObject({ code: 'CONTENT' });
      expect(microsoft.graph.requests).toEqual([]);
    });
  });

  describe('with an answer that is not clear', () => {
    it.each<[string, () => void, Partial<GraphSettings>]>([
      ['500 after it was accepted', () => (microsoft.graph.after = answering(fault(500, 'UnknownError', ''))), {}],
      ['502', () => (microsoft.graph.after = answering({ status: 502, body: '<html>Bad gateway</html>' })), {}],
      ['504', () => (microsoft.graph.after = answering(fault(504, 'UnknownError', ''))), {}],
      ['a hang-up after the body', () => (microsoft.graph.after = answering('DROP')), {}],
      ['no answer in time', () => (microsoft.graph.after = answering('SILENT')), { timeouts: { responseMs: 1_500 } }],
    ])('%s: it may have been sent, and is not sent again by itself', async (_what, prepare, overrides) => {
      prepare();
      const failure = await failureOf(overrides);
      expect(failure).toMatchObject({
        code: 'AMBIGUOUS',
        retryable: true,
        phase: 'message',
        reply: expect.stringMatching(/request-id .*[\da-f-]{36}/),
      });
      expect(microsoft.graph.sent).toHaveLength(1);
      expect(microsoft.graph.requests).toHaveLength(1);
    });

    it('202 with Retry-After: it was sent, and only the next one waits', async () => {
      microsoft.graph.after = answering({ status: 202, headers: { 'retry-after': '120' } });
      const transport = open();
      expect(await transport.send(mail())).toMatchObject({ reply: expect.stringMatching(/^202 /) });
      expect(microsoft.graph.sent).toHaveLength(1);
      await expect(transport.send(mail())).rejects.toMatchObject({ code: 'THROTTLED' });
      expect(microsoft.graph.requests).toHaveLength(1);
    });

    it('a redirect is not followed', async () => {
      microsoft.graph.before = () => ({ status: 307, headers: { location: `https://${microsoft.entra.host}/` } });
      expect(await failureOf()).toMatchObject({ code: 'CONNECTION', fault: 'server' });
      expect(microsoft.entra.requests.filter(({ path }) => path === '/')).toEqual([]);
    });
  });

  describe('when Microsoft wants it to wait', () => {
    const inADay = () => new Date(Date.now() + 7_200_000).toUTCString();
    it.each<[string, Reply, number, number]>([
      ['429 with seconds', fault(429, 'ApplicationThrottled', 'Too many requests.', { 'retry-after': '37' }), 37_000, 37_000],
      ['429 with a date', fault(429, 'TooManyRequests', 'x', { 'retry-after': inADay() }), 7_000_000, 7_200_000],
      ['429 without', fault(429, 'ApplicationThrottled', 'x'), 60_000, 60_000],
      ['429 at once', fault(429, 'ApplicationThrottled', 'x', { 'retry-after': '0' }), 1_000, 1_000],
      ['503', fault(503, 'serviceNotAvailable', 'x', { 'retry-after': '5' }), 5_000, 5_000],
      ['a limit of the mailbox', fault(403, 'ErrorExceededMessageLimit', 'x'), 3_600_000, 3_600_000],
    ])('%s: no earlier, and nothing else of that mailbox meanwhile', async (_what, reply, least, most) => {
      microsoft.graph.before = answering(reply);
      const transport = open();
      const failure = (await transport.send(mail()).catch((error: unknown) => error)) as MailError;
      expect(failure).toMatchObject({ code: 'THROTTLED', reply: expect.any(String) });
      expect(failure.retryAfterMs).toBeGreaterThanOrEqual(least);
      expect(failure.retryAfterMs).toBeLessThanOrEqual(most);
      microsoft.graph.before = () => undefined;
      await expect(transport.send(mail())).rejects.toMatchObject({ code: 'THROTTLED' });
      expect(microsoft.graph.requests).toHaveLength(1);
    });
  });

  describe('when Microsoft cannot be reached', () => {
    it.each<[string, (cloud: GraphSettings['cloud']) => GraphSettings['cloud'], string]>([
      ['no such name', (cloud) => ({ ...cloud, authority: 'login.example.invalid' }), 'DNS'],
      ['a closed port', (cloud) => ({ ...cloud, authority: 'localhost:1' }), 'CONNECTION'],
    ])('%s: the server is at fault', async (_what, change, code) => {
      expect(await failureOf({ cloud: change(microsoft.cloud) })).toMatchObject({ code, fault: 'server' });
    });

    it('a certificate of somebody else', async () => {
      expect(await failureOf({ ca: [] })).toMatchObject({ code: 'CERTIFICATE', fault: 'server' });
    });
  });

  it('takes no mail when it is closed, and finishes what is in flight', async () => {
    const transport = open();
    const inFlight = transport.send(mail());
    await transport.close();
    expect(await inFlight).toMatchObject({ accepted: ['to@example.org'] });
    await expect(transport.send(mail())).rejects.toMatchObject({ code: 'CONNECTION' });
  });

  it('cuts off what takes longer than it may', async () => {
    let reached!: () => void;
    const asked = new Promise<void>((resolve) => (reached = resolve));
    microsoft.graph.after = () => {
      reached();
      return 'SILENT';
    };
    const transport = open();
    const outcome = transport.send(mail()).catch((error: unknown) => error);
    await asked;
    await transport.close(10);
    expect(await outcome).toMatchObject({ code: 'AMBIGUOUS' });
  });

  it('hides an opaque token that Microsoft gives back, in whatever form, and a secret that is cut off', async () => {
    microsoft.entra.isOpaque = true;
    const given = (): string => microsoft.entra.issued.map(({ token }) => token).join(' ');
    const forms: (() => string)[] = [
      given,
      () => `${'x'.repeat(280)} ${given()}`,
      () => encodeURIComponent(given()),
      () => Buffer.from(given()).toString('base64'),
      () => `${'x'.repeat(290)} ${CLIENT_SECRET}`,
    ];
    for (const form of forms) {
      microsoft.entra.issued.splice(0);
      microsoft.graph.before = () => fault(401, 'InvalidAuthenticationToken', `You sent ${form()}`);
      const { reply } = await failureOf();
      for (const secret of [CLIENT_SECRET, ...microsoft.entra.issued.map(({ token }) => token)]) {
        for (const known of [secret, Buffer.from(secret).toString('base64')]) expect(reply).not.toContain(known.slice(0, 12));
      }
    }
    microsoft.graph.before = () =>
      fault(400, 'Bad', 'Authorization: Bearer 0123456789abcdef-of-another, {"access_token":"EwB0123456789abcdef"}');
    expect((await failureOf()).reply).toContain('Authorization: Bearer ***, {"access_token":"***"}');
  });

  it('shows no secret when it is inspected', async () => {
    const transport = open({ password: USER_PASSWORD });
    await transport.send(mail());
    const shown = inspect(transport, { depth: 12, showHidden: true });
    for (const secret of [CLIENT_SECRET, USER_PASSWORD, microsoft.entra.issued[0]!.token]) expect(shown).not.toContain(secret);
  });
});
