import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeCertificates } from '../../support/certificates.js';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench, QUICK } from '../../support/fault-bench.js';
import { startServer } from '../../support/smtp-servers.js';

const listSubjects = (count: number) => Array.from({ length: count }, (_, index) => `n-${index}`);

describe.each(databases.filter(({ name }) => name !== 'mariadb'))('Servers that do not work, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.reset());

  const readAttempts = () => bench.query('SELECT DISTINCT attempts FROM smtp_message');
  const untouched = [{ attempts: 0 }];
  const readFailing = () =>
    bench.query<{ failing_code: string }>('SELECT failing_code FROM smtp_config_status WHERE failing_since IS NOT NULL');

  it('C2-15 A4.11 A4.13 A4.15 A4.17 keeps all mail while the port is closed, and sends it in order when it opens', async () => {
    await bench.configure({ maxConnections: 1 });
    await bench.queue(200);
    await bench.sink.refuse();
    await bench.deliver();
    await eventually(async () => expect(await readFailing()).toEqual([{ failing_code: 'CONNECTION' }]));
    await bench.sink.listen();
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 200 }));
    expect(await readAttempts()).toEqual(untouched);
    expect(await readFailing()).toEqual([]);
    expect((await bench.sink.readState()).mails.map(({ subject }) => subject)).toEqual(listSubjects(200));
  });

  it('C2-15 A4.16 tries a dead server once per interval, however many messages wait and processes poll', async () => {
    await bench.configure({ maxConnections: 5 });
    await bench.queue(100);
    await bench.sink.setRules({ greeting: 'DROP' });
    // Before the first process tries, because it does not wait for the other one to start.
    const began = Date.now();
    await Promise.all([bench.deliver({ reconnectEveryMs: 400 }), bench.deliver({ reconnectEveryMs: 400 })]);
    await eventually(async () => expect((await bench.sink.readState()).sessions).toBeGreaterThan(14));
    // Each process may have had five messages in flight when the first one failed.
    expect((await bench.sink.readState()).sessions - 10).toBeLessThanOrEqual((Date.now() - began) / 400 + 1);
    expect(await bench.countOutcomes()).toEqual({ waiting: 100 });
    expect(await readAttempts()).toEqual(untouched);
    // The first messages in flight are back in the queue, and each process may send one probe.
    await eventually(async () => expect((await bench.countStatuses()).sending ?? 0).toBeLessThanOrEqual(2));
    await bench.sink.setRules({});
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 100 }));
    expect(await readAttempts()).toEqual(untouched);
    const { subjects, duplicates } = await bench.tally();
    expect(subjects).toHaveLength(100);
    expect(duplicates).toEqual([]);
  });

  it('C2-18 marks the configuration as failing after a 421 greeting, and uses no attempt', async () => {
    await bench.configure();
    await bench.queue(3);
    await bench.sink.setRules({ greeting: '421 4.3.2 shutting down' });
    await bench.deliver();
    await eventually(async () => expect(await readFailing()).toEqual([{ failing_code: 'CONNECTION' }]));
    await bench.sink.setRules({});
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 3 }));
    expect(await readAttempts()).toEqual(untouched);
    expect((await bench.tally()).duplicates).toEqual([]);
  });

  it.each([
    { what: 'an unknown host name', settings: { host: 'nowhere.invalid' }, codes: /^DNS$/ },
    { what: 'a server without STARTTLS', settings: { security: 'starttls' as const }, codes: /^TLS$/ },
    {
      what: 'a server that refuses the login',
      settings: { authRequired: true, username: 'u@acme.io', password: 'wrong' },
      codes: /^AUTH$/,
    },
  ])(
    'C2-16 A4.18 uses no attempt because of $what, and sends immediately with the corrected configuration',
    async ({ settings, codes }) => {
      await bench.sink.setRules({ password: 'right' });
      const { id } = await bench.configure(settings);
      await bench.queue(20);
      // Only the change itself may cause the next attempt.
      await bench.deliver({ reconnectEveryMs: 600_000 });
      await eventually(async () => expect(await readFailing()).toEqual([{ failing_code: expect.stringMatching(codes) }]));
      expect(await readAttempts()).toEqual(untouched);
      await bench.host.configs.update(id, {
        host: '127.0.0.1',
        security: 'none',
        authRequired: settings.authRequired ?? false,
        ...(settings.authRequired ? { password: 'right' } : {}),
      });
      await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 20 }));
      expect(await readAttempts()).toEqual(untouched);
      const { subjects, duplicates } = await bench.tally();
      expect(subjects).toHaveLength(20);
      expect(duplicates).toEqual([]);
    },
  );

  it('C2-16 uses no attempt because of an untrusted certificate, and sends immediately once its CA is trusted', async () => {
    const { ca, good } = await makeCertificates();
    const server = await startServer({ tls: good });
    try {
      const { id } = await bench.configure({ host: 'localhost', port: server.port, security: 'starttls' });
      await bench.queue(3);
      await bench.deliver({ reconnectEveryMs: 600_000 });
      await eventually(async () => expect(await readFailing()).toEqual([{ failing_code: 'CERTIFICATE' }]));
      await bench.host.configs.update(id, { caCertificate: ca });
      await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 3 }));
      expect(await readAttempts()).toEqual(untouched);
      expect(server.bodies).toHaveLength(3);
    } finally {
      await server.close();
    }
  });

  it('C2-37 marks the configuration as failing when the password changes at the server, does not hammer it, and sends with the new password', async () => {
    await bench.sink.setRules({ password: 'first', maxPerSession: 1 });
    const { id } = await bench.configure({ authRequired: true, username: 'u@acme.io', password: 'first', maxConnections: 2 });
    await bench.deliver({ reconnectEveryMs: 600_000 });
    await bench.queue(2, {}, 'before');
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 2 }));
    await bench.sink.setRules({ password: 'second', maxPerSession: 1 });
    await bench.queue(50);
    await eventually(async () => expect(await readFailing()).toEqual([{ failing_code: 'AUTH' }]));
    await bench.host.configs.update(id, { password: 'second' });
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 52 }));
    // Only the messages in flight: servers lock an account after more failed logins.
    expect((await bench.sink.readState()).logins.filter((password) => password === 'first').length).toBeLessThanOrEqual(2 + 2);
    const { subjects, duplicates } = await bench.tally();
    expect(subjects).toHaveLength(52);
    expect(duplicates).toEqual([]);
  });

  it('marks the configuration as failing when its sender address is refused, and fails no mail', async () => {
    const { id } = await bench.configure({ fromAddress: 'wrong@acme.io' });
    await bench.queue(5);
    await bench.sink.setRules({ mailFrom: [{ match: '^wrong@', reply: '550 5.7.60 not allowed to send as this' }] });
    await bench.deliver({ reconnectEveryMs: 600_000 });
    await eventually(async () => expect(await readFailing()).toEqual([{ failing_code: 'SENDER' }]));
    await bench.host.configs.update(id, { fromAddress: 'right@acme.io' });
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 5 }));
    expect(await readAttempts()).toEqual(untouched);
  });

  it('C2-19 reconnects to a server that ends each session after a few messages, and fails nothing', async () => {
    await bench.configure({ maxConnections: 2 });
    await bench.sink.setRules({ maxPerSession: 3 });
    await bench.queue(30);
    await bench.deliver();
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 30 }));
    expect(await readAttempts()).toEqual(untouched);
    const { subjects, duplicates } = await bench.tally();
    expect(subjects).toHaveLength(30);
    expect(duplicates).toEqual([]);
  });

  it('C2-24 retries with the same Message-ID after a connection is dropped behind the body, and marks the attempt as ambiguous', async () => {
    await bench.configure();
    await bench.sink.setRules({ body: [{ match: 'lost', reply: 'DROP', times: 1 }] });
    const id = await bench.send({ subject: 'lost' });
    await bench.queue(3);
    await bench.deliver();
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 4 }));
    const { duplicates, renamed } = await bench.tally();
    expect(duplicates).toEqual(['lost']);
    expect(renamed).toEqual([]);
    expect(await bench.query(`SELECT outcome, code FROM smtp_message_attempt WHERE message_id = '${id}' ORDER BY id`)).toEqual([
      { outcome: 'ambiguous', code: 'AMBIGUOUS' },
      { outcome: 'accepted', code: null },
    ]);
  });

  it.each(['DROP', 'SILENCE'])('C2-24 onAmbiguous "hold": sets the status unknown after %s and sends one copy', async (reply) => {
    await bench.configure();
    await bench.sink.setRules({ body: [{ match: 'lost', reply }] });
    await bench.send({ subject: 'lost' });
    await bench.deliver({ onAmbiguous: 'hold' });
    await bench.queue(3);
    await eventually(async () => expect((await bench.tally()).subjects).toHaveLength(4));
    // The server goes down, so the session ends without a reply.
    if (reply === 'SILENCE') await bench.sink.refuse().then(() => bench.sink.listen());
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 3, unknown: 1 }));
    expect(await bench.findMessage('lost')).toMatchObject({ status: 'unknown', last_code: 'AMBIGUOUS' });
    expect((await bench.tally()).duplicates).toEqual([]);
  });

  it('onAmbiguous "hold": sets the status unknown after the message was lost on its way to the last recipients', async () => {
    await bench.configure();
    await bench.sink.setRules({
      rcptTo: [{ match: 'y@', reply: '452 4.5.3 Error: too many recipients', times: 1 }],
      body: [
        { match: 'lost', reply: '250 2.0.0 queued', times: 1 },
        { match: 'lost', reply: 'DROP' },
      ],
    });
    await bench.send({ subject: 'lost', to: ['x@b.c', 'y@b.c'] });
    await bench.deliver({ onAmbiguous: 'hold' });
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ unknown: 1 }));
    expect(await bench.findMessage('lost')).toMatchObject({ status: 'unknown', last_code: 'AMBIGUOUS' });
    expect((await bench.sink.readState()).mails.map(({ to }) => to)).toEqual([['x@b.c'], ['y@b.c']]);
  });

  it('does not delay the mail of one configuration while another one is failing', async () => {
    await bench.configure({ name: 'dead', host: 'nowhere.invalid', isDefault: false });
    await bench.configure();
    await bench.queue(50, { config: 'dead' }, 'dead');
    await bench.queue(20);
    await bench.deliver(QUICK);
    await eventually(async () => expect(await bench.countOutcomes()).toEqual({ waiting: 50, sent: 20 }));
    expect((await bench.tally()).subjects.toSorted()).toEqual(listSubjects(20).toSorted());
  });
});
