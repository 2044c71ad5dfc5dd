import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { Email } from 'postal-mime';
import type { SmtpConfigInput, TestReport, TestStep } from '../../lib/index.js';
import { eventually } from '../support/eventually.js';
import { EHLO_NAME, type Listener, MAILBOX, type MailServer } from '../support/servers/mail-server.js';
import { ServerBench } from '../support/servers/server-bench.js';
import { type Refusal, RESTRICTIONS, WRONG_SETTINGS } from './refusals.js';

/** The name in the certificate of the listener `wrongName`. */
const OTHER_NAME = 'mail.other.example';
const LIMITS: [name: string, listener: Listener, messages: number][] = [
  ['the rate', 'rate', 6],
  ['connections', 'connections', 15],
  ['pipelining', 'noPipelining', 10],
];

/** The abilities of a server. */
interface Abilities {
  listeners: readonly Listener[];
  mechanisms: readonly SmtpConfigInput['authMechanism'][];
  /** Cases with another result; without one if the server has no such case. */
  differences?: readonly (Refusal | [name: string])[];
}

/** Runs the cases for which a server has a listener. */
export function runServerTable(start: () => Promise<MailServer>, { listeners, mechanisms, differences = [] }: Abilities): void {
  const findSupported = <Name extends Listener>(...names: Name[]) => names.filter((name) => listeners.includes(name));
  const select = <Row extends readonly [string, Listener, ...unknown[]]>(rows: readonly Row[]) =>
    rows.filter(([, listener]) => listeners.includes(listener));
  const selectRefusals = (rows: readonly Refusal[]) =>
    select(rows)
      .map((row) => differences.find(([name]) => name === row[0]) ?? row)
      .filter((row): row is Refusal => row.length > 1);

  let bench: ServerBench;
  /** The subject of each message that arrived, once for each recipient. */
  const arrived: string[] = [];
  beforeAll(async () => {
    bench = await ServerBench.open(start);
  });
  afterAll(() => bench?.close());
  afterEach(() => bench.reset());

  /** Waits until a message is sent, and has arrived once for each recipient. */
  const receive = async (subject: string, to = ['bob@lab.test']): Promise<Email> => {
    arrived.push(...to.map(() => subject));
    return eventually(async () => {
      expect(await bench.findMessage(subject)).toMatchObject({ status: 'sent' });
      const mails = await bench.findArrived(subject);
      expect(new Set(mails.map(({ deliveredTo }) => deliveredTo))).toEqual(new Set(to));
      expect(mails).toHaveLength(to.length);
      return mails[0]!;
    });
  };
  const failure = ({ steps }: TestReport): TestStep | undefined => steps.find(({ ok }) => !ok);

  describe('with the right settings', () => {
    it.each(findSupported('starttls', 'tls'))('delivers mail intact: %s', async (listener) => {
      const config = await bench.configure(listener, { security: listener === 'tls' ? 'tls' : 'starttls' });
      const report = await bench.app.configs.test(config.id, { to: 'bob@lab.test', checkOnly: true });
      expect(report).toMatchObject({ ok: true });
      const attachment = randomBytes(100_000);
      const text = '.leading dot\r\n..two\r\nFrom here, Grüße ✓\r\n' + 'long '.repeat(400) + '\r\n.\r\nend';
      const subject = await bench.send({
        to: ['Bob Builder <bob@lab.test>', 'carol@elsewhere.test'],
        subject: 'Grüße über ✓ ' + 'lang '.repeat(30),
        text,
        html: '<p>Grüße ✓</p>',
        attachments: [{ filename: 'Übersicht.bin', content: attachment }],
      });
      const mail = await receive(subject, ['bob@lab.test', 'carol@elsewhere.test']);
      expect(mail).toMatchObject({
        returnPath: MAILBOX,
        from: { address: MAILBOX },
        to: [
          { name: 'Bob Builder', address: 'bob@lab.test' },
          { name: '', address: 'carol@elsewhere.test' },
        ],
        messageId: (await bench.findMessage(subject)).message_id,
      });
      expect(mail.text?.trimEnd().replaceAll('\r\n', '\n')).toBe(text.replaceAll('\r\n', '\n'));
      expect(mail.html?.trimEnd()).toBe('<p>Grüße ✓</p>');
      expect(mail.attachments.map(({ filename, content }) => [filename, Buffer.from(content as ArrayBuffer).equals(attachment)])).toEqual([
        ['Übersicht.bin', true],
      ]);
    });
  });

  it.each(mechanisms)('logs in with %s', async (authMechanism) => {
    const { id } = await bench.configure('starttls', { authMechanism });
    const report = await bench.app.configs.test(id, { to: 'bob@lab.test', checkOnly: true });
    expect(report).toMatchObject({ ok: true });
    expect(report.steps.find(({ name }) => name === 'auth')?.auth).toMatchObject({ used: authMechanism });
    const subject = await bench.send();
    expect(await receive(subject)).toMatchObject({ subject });
  });

  if (listeners.includes('wrongName'))
    it('delivers mail with the name in the certificate', async () => {
      await bench.configure('wrongName', { authRequired: false, tlsServerName: OTHER_NAME });
      const subject = await bench.send();
      expect(await receive(subject)).toMatchObject({ subject });
    });

  for (const listener of findSupported('wrongName', 'otherCa'))
    it(`delivers mail if its certificate is pinned: ${listener}`, async () => {
      const { cert } = bench.server.certificates[listener];
      await bench.configure(listener, { authRequired: false, caCertificate: null, pinnedCertificate: cert });
      const subject = await bench.send();
      expect(await receive(subject)).toMatchObject({ subject });
    });

  if (listeners.includes('clientCertificate'))
    it('delivers mail with the client certificate that it requires', async () => {
      const { cert, key } = bench.server.certificates.good;
      await bench.configure('clientCertificate', { authRequired: false, clientCertificate: cert, clientKey: key });
      const subject = await bench.send();
      expect(await receive(subject)).toMatchObject({ subject });
    });

  it.each(findSupported('helo', 'heloAtOnce'))('delivers mail with the EHLO name that the server expects: %s', async (listener) => {
    await bench.configure(listener, { ehloName: EHLO_NAME });
    const subject = await bench.send();
    expect(await receive(subject)).toMatchObject({ subject });
  });

  /** Tests a configuration, queues a message, waits for its outcome, and returns its subject. */
  const refuse = async (...[, listener, change, step, code, reason, outcome, remedy]: Refusal): Promise<string> => {
    const { config, message = {}, isOnlyQueued = false } = change;
    const created = await bench.configure(listener, config);
    const report = await bench.app.configs.test(created.id, { to: message.to ?? 'bob@lab.test', checkOnly: isOnlyQueued });
    if (isOnlyQueued) expect(report).toMatchObject({ ok: true });
    else {
      expect(failure(report)).toMatchObject({ name: step, code, reason, hint: expect.stringContaining(remedy) });
      expect(await bench.app.configs.findOne(created.id)).toMatchObject({ lastTestStatus: 'failed', lastTestReason: reason });
    }
    const subject = await bench.send(message);
    await eventually(async () => {
      const stored = await bench.findMessage(subject);
      expect(stored).toMatchObject({ last_code: code, last_error: expect.stringContaining(remedy) });
      if (outcome === 'failed') expect(stored).toMatchObject({ status: 'failed', attempts: 1 });
      if (outcome === 'retried') expect(Number(stored.attempts)).toBeGreaterThan(0);
      if (outcome === 'waiting') expect(stored).toMatchObject({ attempts: 0 });
    });
    if (outcome === 'waiting') {
      await eventually(async () => expect(await bench.app.configs.findOne(created.id)).toMatchObject({ failingReason: reason }));
      expect(['queued', 'sending']).toContain((await bench.findMessage(subject)).status);
    }
    return subject;
  };

  it.each(selectRefusals(WRONG_SETTINGS))('says what to change with a wrong setting: %s', async (...row) => {
    expect(await bench.findArrived(await refuse(...row))).toEqual([]);
  });

  it.each(selectRefusals(RESTRICTIONS))('says why the server refuses: %s', async (...row) => {
    expect(await bench.findArrived(await refuse(...row))).toEqual([]);
  });

  if (listeners.includes('milter'))
    it.each([
      { to: 'shielded@lab.test', words: 'Acme Shield: this recipient is under quarantine, ticket 4711' },
      { subject: 'FORBIDDEN', words: 'Acme Shield: this message scored 12.3 spam points' },
    ])('shows the words of a milter: $words', async ({ words, ...message }) => {
      await bench.configure('milter');
      const subject = await bench.send(message);
      await eventually(async () =>
        expect(await bench.findMessage(subject)).toMatchObject({ status: 'failed', last_reply: expect.stringContaining(words) }),
      );
    });

  if (listeners.includes('saslDown'))
    it('says that the login service may be down if each session is dropped after STARTTLS', async () => {
      const { id } = await bench.configure('saslDown');
      const report = await bench.app.configs.test(id, { to: 'bob@lab.test', checkOnly: true });
      const hint = expect.stringContaining('its login service may be down');
      expect(failure(report)).toMatchObject({ name: 'tls', code: 'CONNECTION', reason: 'tls_dropped', hint });
      expect(await bench.app.configs.findOne(id)).toMatchObject({ lastTestStatus: 'failed', lastTestReason: 'tls_dropped' });
      const subject = await bench.send();
      // After some such sessions, Postfix starts none for a minute, and sends no greeting.
      await eventually(async () =>
        expect((await bench.app.configs.findOne(id))?.failingReason).toMatch(/^(?:tls_dropped|greeting_timeout)$/),
      );
      expect(await bench.findMessage(subject)).toMatchObject({ attempts: 0, status: expect.stringMatching(/^(?:queued|sending)$/) });
    });

  it.each(select(LIMITS))('delivers everything once to a server that limits %s', async (_, listener, count) => {
    await bench.configure(listener, { maxConnections: 5 });
    const subjects = await Promise.all(Array.from({ length: count }, () => bench.send()));
    for (const subject of subjects) await receive(subject);
    expect(await bench.query('SELECT DISTINCT attempts FROM smtp_message')).toEqual([{ attempts: 0 }]);
  });

  if (listeners.includes('greylisting'))
    it('delivers a greylisted message at the second attempt', async () => {
      await bench.configure('greylisting');
      await receive(await bench.send());
      const attempts = await bench.query('SELECT outcome, reply FROM smtp_message_attempt ORDER BY id');
      expect(attempts).toMatchObject([{ outcome: 'refused', reply: expect.stringMatching(/greylisted/i) }, { outcome: 'accepted' }]);
    });

  it('delivers a message to more recipients than one transaction takes, to each once', async () => {
    await bench.configure('recipients');
    const to = ['alice@lab.test', 'bob@lab.test', 'later@lab.test', 'quota@lab.test', 'refused@lab.test'];
    await receive(await bench.send({ to }), to);
    expect(await bench.query('SELECT status, attempts FROM smtp_message')).toEqual([{ status: 'sent', attempts: 0 }]);
  });

  it('delivered nothing else', async () => {
    expect(countEach((await bench.server.readMail()).map(({ subject = '' }) => subject))).toEqual(countEach(arrived));
  });
}

function countEach(names: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
