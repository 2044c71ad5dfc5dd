import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeCertificates } from '../../support/certificates.js';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench, QUICK } from '../../support/fault-bench.js';
import { startServer } from '../../support/smtp-servers.js';

const names = (count: number) => Array.from({ length: count }, (_, index) => `n-${index}`);

describe.each(databases.filter(({ name }) => name !== 'mariadb'))('Servers that do not work, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.reset());

  const attempts = () => bench.rows('SELECT DISTINCT attempts FROM smtp_message');
  const untouched = [{ attempts: 0 }];
  const failing = () => bench.rows<{ failing_code: string }>('SELECT failing_code FROM smtp_config_status WHERE failing_since IS NOT NULL');

  it('C2-15 A4.11 A4.13 A4.15 A4.17 keeps all mail while the port is closed and sends it in order when it opens', async () => {
    await bench.configure({ maxConnections: 1 });
    await bench.queue(200);
    await bench.sink.refuse();
    await bench.deliver();
    await eventually(async () => expect(await failing()).toEqual([{ failing_code: 'CONNECTION' }]));
    await bench.sink.listen();
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 200 }));
    expect(await attempts()).toEqual(untouched);
    expect(await failing()).toEqual([]);
    expect((await bench.sink.state()).mails.map(({ subject }) => subject)).toEqual(names(200));
  });

  it('C2-15 A4.16 tries a dead server once an interval, however many wait and however many processes look', async () => {
    await bench.configure({ maxConnections: 5 });
    await bench.queue(100);
    await bench.sink.rules({ greeting: 'DROP' });
    // Before the first of them tries: it does not wait for the other one to start.
    const began = Date.now();
    await Promise.all([bench.deliver({ reconnectEveryMs: 400 }), bench.deliver({ reconnectEveryMs: 400 })]);
    await eventually(async () => expect((await bench.sink.state()).sessions).toBeGreaterThan(14));
    // Each process may have had five in flight when the first one failed.
    expect((await bench.sink.state()).sessions - 10).toBeLessThanOrEqual((Date.now() - began) / 400 + 1);
    expect(await bench.outcomes()).toEqual({ waiting: 100 });
    expect(await attempts()).toEqual(untouched);
    // What was in flight at first is back, and a probe is one message in the hand of its process.
    await eventually(async () => expect((await bench.statuses()).sending ?? 0).toBeLessThanOrEqual(2));
    await bench.sink.rules({});
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 100 }));
    expect(await attempts()).toEqual(untouched);
    const { subjects, duplicates } = await bench.tally();
    expect(subjects).toHaveLength(100);
    expect(duplicates).toEqual([]);
  });

  it('C2-18 a 421 as greeting marks the configuration as failing and costs the message nothing', async () => {
    await bench.configure();
    await bench.queue(3);
    await bench.sink.rules({ greeting: '421 4.3.2 shutting down' });
    await bench.deliver();
    await eventually(async () => expect(await failing()).toEqual([{ failing_code: 'CONNECTION' }]));
    await bench.sink.rules({});
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 3 }));
    expect(await attempts()).toEqual(untouched);
    expect((await bench.tally()).duplicates).toEqual([]);
  });

  it.each([
    { what: 'a host name nobody knows', settings: { host: 'nowhere.invalid' }, codes: /^DNS$/ },
    { what: 'a server without STARTTLS', settings: { security: 'starttls' as const }, codes: /^TLS$/ },
    {
      what: 'a server that refuses the login',
      settings: { authRequired: true, username: 'u@acme.io', password: 'wrong' },
      codes: /^AUTH$/,
    },
  ])('C2-16 A4.18 $what uses up nothing, and the corrected configuration sends at once', async ({ settings, codes }) => {
    await bench.sink.rules({ password: 'right' });
    const { id } = await bench.configure(settings);
    await bench.queue(20);
    // Only the change itself may bring the next try.
    await bench.deliver({ reconnectEveryMs: 600_000 });
    await eventually(async () => expect(await failing()).toEqual([{ failing_code: expect.stringMatching(codes) }]));
    expect(await attempts()).toEqual(untouched);
    await bench.host.configs.update(id, {
      host: '127.0.0.1',
      security: 'none',
      authRequired: settings.authRequired ?? false,
      ...(settings.authRequired ? { password: 'right' } : {}),
    });
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 20 }));
    expect(await attempts()).toEqual(untouched);
    const { subjects, duplicates } = await bench.tally();
    expect(subjects).toHaveLength(20);
    expect(duplicates).toEqual([]);
  });

  it('C2-16 a certificate nobody vouches for uses up nothing, and the CA that does sends at once', async () => {
    const { ca, good } = await makeCertificates();
    const server = await startServer({ tls: good });
    try {
      const { id } = await bench.configure({ host: 'localhost', port: server.port, security: 'starttls' });
      await bench.queue(3);
      await bench.deliver({ reconnectEveryMs: 600_000 });
      await eventually(async () => expect(await failing()).toEqual([{ failing_code: 'CERTIFICATE' }]));
      await bench.host.configs.update(id, { caCertificate: ca });
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 3 }));
      expect(await attempts()).toEqual(untouched);
      expect(server.bodies).toHaveLength(3);
    } finally {
      await server.close();
    }
  });

  it('C2-37 a password changed at the server marks the configuration as failing, is not hammered, and resumes when it is typed again', async () => {
    await bench.sink.rules({ password: 'first', maxPerSession: 1 });
    const { id } = await bench.configure({ authRequired: true, username: 'u@acme.io', password: 'first', maxConnections: 2 });
    await bench.deliver({ reconnectEveryMs: 600_000 });
    await bench.queue(2, {}, 'before');
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 2 }));
    await bench.sink.rules({ password: 'second', maxPerSession: 1 });
    await bench.queue(50);
    await eventually(async () => expect(await failing()).toEqual([{ failing_code: 'AUTH' }]));
    await bench.host.configs.update(id, { password: 'second' });
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 52 }));
    // Those that were in flight; locking the account takes more.
    expect((await bench.sink.state()).logins.filter((password) => password === 'first').length).toBeLessThanOrEqual(2 + 2);
    const { subjects, duplicates } = await bench.tally();
    expect(subjects).toHaveLength(52);
    expect(duplicates).toEqual([]);
  });

  it('a refused sender address of the configuration marks it as failing and fails no mail', async () => {
    const { id } = await bench.configure({ fromAddress: 'wrong@acme.io' });
    await bench.queue(5);
    await bench.sink.rules({ mailFrom: [{ match: '^wrong@', reply: '550 5.7.60 not allowed to send as this' }] });
    await bench.deliver({ reconnectEveryMs: 600_000 });
    await eventually(async () => expect(await failing()).toEqual([{ failing_code: 'SENDER' }]));
    await bench.host.configs.update(id, { fromAddress: 'right@acme.io' });
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 5 }));
    expect(await attempts()).toEqual(untouched);
  });

  it('C2-19 a server that ends each session after a few messages is connected to again: nothing fails', async () => {
    await bench.configure({ maxConnections: 2 });
    await bench.sink.rules({ maxPerSession: 3 });
    await bench.queue(30);
    await bench.deliver();
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 30 }));
    expect(await attempts()).toEqual(untouched);
    const { subjects, duplicates } = await bench.tally();
    expect(subjects).toHaveLength(30);
    expect(duplicates).toEqual([]);
  });

  it('C2-24 a connection dropped after the body is tried again with the same Message-ID and marked as ambiguous', async () => {
    await bench.configure();
    await bench.sink.rules({ body: [{ match: 'lost', reply: 'DROP', times: 1 }] });
    const id = await bench.send({ subject: 'lost' });
    await bench.queue(3);
    await bench.deliver();
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 4 }));
    const { duplicates, renamed } = await bench.tally();
    expect(duplicates).toEqual(['lost']);
    expect(renamed).toEqual([]);
    expect(await bench.rows(`SELECT outcome, code FROM smtp_message_attempt WHERE message_id = '${id}' ORDER BY id`)).toEqual([
      { outcome: 'ambiguous', code: 'AMBIGUOUS' },
      { outcome: 'accepted', code: null },
    ]);
  });

  it.each(['DROP', 'SILENCE'])('C2-24 onAmbiguous: hold leaves what ended in %s to a person: one copy, status unknown', async (reply) => {
    await bench.configure();
    await bench.sink.rules({ body: [{ match: 'lost', reply }] });
    await bench.send({ subject: 'lost' });
    await bench.deliver({ onAmbiguous: 'hold' });
    await bench.queue(3);
    await eventually(async () => expect((await bench.tally()).subjects).toHaveLength(4));
    // The server itself goes down: the session ends without an answer.
    if (reply === 'SILENCE') await bench.sink.refuse().then(() => bench.sink.listen());
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 3, unknown: 1 }));
    expect(await bench.message('lost')).toMatchObject({ status: 'unknown', last_code: 'AMBIGUOUS' });
    expect((await bench.tally()).duplicates).toEqual([]);
  });

  it('a configuration that is failing for long does not hold up the mail of another', async () => {
    await bench.configure({ name: 'dead', host: 'nowhere.invalid', isDefault: false });
    await bench.configure();
    await bench.queue(50, { config: 'dead' }, 'dead');
    await bench.queue(20);
    await bench.deliver(QUICK);
    await eventually(async () => expect(await bench.outcomes()).toEqual({ waiting: 50, sent: 20 }));
    expect((await bench.tally()).subjects.toSorted()).toEqual(names(20).toSorted());
  });
});
