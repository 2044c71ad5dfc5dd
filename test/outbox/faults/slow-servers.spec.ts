import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TimeoutOptions } from '../../../lib/index.js';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';
import { type ScriptedServer, type ServerScript, startServer } from '../../support/smtp-servers.js';

/** Long enough for a server that works, on a machine that has other things to do. */
const DEADLINE_MS = 2_000;
/** What a timer may be early by. */
const EARLY_MS = 20;
const NEVER_MS = 3_600_000;
const never = { greetingMs: NEVER_MS, commandMs: NEVER_MS, dataMs: NEVER_MS, totalMs: NEVER_MS };

interface Attempt {
  outcome: string;
  code: string | null;
  ms: number;
}

/** Sends a byte now and then: whole lines, but never the last one of a reply. */
function trickle(socket: Socket): null {
  const text = '250-still working\r\n';
  let index = 0;
  const timer = setInterval(() => socket.write(text[index++ % text.length]!), 20);
  socket.once('close', () => clearInterval(timer));
  return null;
}

const STEPS = ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'dot'];

/** A server that begins to trickle at a step of its first session, and works from the second one on. */
function tricklesOnce(step: string): ServerScript {
  const script: ServerScript = { extensions: [] };
  const begin = (socket: Socket): null => {
    delete script.raw;
    delete script.reply;
    delete script.afterBody;
    return trickle(socket);
  };
  if (step === 'greeting') script.raw = begin;
  else if (step === 'dot') script.afterBody = ({ socket }) => begin(socket);
  else script.reply = (command, { socket }) => (command.startsWith(step) ? begin(socket) : undefined);
  return script;
}

describe.each(databases.filter(({ name }) => name !== 'mariadb'))('Servers that take their time, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  const servers: ScriptedServer[] = [];
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.reset());
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  const attemptsOf = (subject: string) =>
    bench.rows<Attempt>(
      `SELECT outcome, code, ms FROM smtp_message_attempt WHERE message_id = (SELECT id FROM smtp_message WHERE subject = '${subject}') ORDER BY id`,
    );
  const first = (subject: string) =>
    eventually(async () => {
      const [attempt] = await attemptsOf(subject);
      expect([subject, attempt]).not.toEqual([subject, undefined]);
      return attempt!;
    });
  /** That the deadline ended it, and nothing before. */
  const endedBy = (attempt: Attempt | undefined): void => expect(attempt?.ms).toBeGreaterThanOrEqual(DEADLINE_MS - EARLY_MS);

  /** A server, a configuration and a message of one name. */
  const queueFor = async (name: string, script: ServerScript, to: string | string[] = 'a@b.c'): Promise<ScriptedServer> => {
    const server = await startServer(script);
    servers.push(server);
    await bench.configure({ name, port: server.port, isDefault: false });
    await bench.send({ subject: name, config: name, to });
    return server;
  };

  describe.each<{ deadline: string; timeouts: TimeoutOptions }>([
    { deadline: 'the overall deadline', timeouts: { ...never, totalMs: DEADLINE_MS } },
    { deadline: 'the deadline of the body', timeouts: { ...never, dataMs: DEADLINE_MS } },
  ])('that never answer the final dot', ({ deadline, timeouts }) => {
    beforeEach(() => bench.configure());

    it(`C2-25 ${deadline} ends it, marked as ambiguous; onAmbiguous: hold makes one copy, status unknown`, async () => {
      await bench.sink.rules({ body: [{ match: 'lost', reply: 'SILENCE' }] });
      await bench.send({ subject: 'lost' });
      await bench.queue(3);
      await bench.deliver({ timeouts, onAmbiguous: 'hold' });
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 3, unknown: 1 }));
      expect(await bench.message('lost')).toMatchObject({ status: 'unknown', last_code: 'AMBIGUOUS' });
      const attempts = await attemptsOf('lost');
      expect(attempts).toMatchObject([{ outcome: 'ambiguous', code: 'AMBIGUOUS' }]);
      endedBy(attempts[0]);
      // The session is over, too.
      await eventually(async () => expect((await bench.sink.state()).waiting).toBe(0));
      const { subjects, duplicates } = await bench.tally();
      expect(subjects).toHaveLength(4);
      expect(duplicates).toEqual([]);
    });

    it(`C2-25 ${deadline} ends it, marked as ambiguous; onAmbiguous: retry makes a second copy with the same Message-ID`, async () => {
      await bench.sink.rules({ body: [{ match: 'lost', reply: 'SILENCE', times: 1 }] });
      await bench.send({ subject: 'lost' });
      await bench.queue(3);
      await bench.deliver({ timeouts, onAmbiguous: 'retry' });
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 4 }));
      const attempts = await attemptsOf('lost');
      expect(attempts).toMatchObject([
        { outcome: 'ambiguous', code: 'AMBIGUOUS' },
        { outcome: 'accepted', code: null },
      ]);
      endedBy(attempts[0]);
      const { subjects, duplicates, renamed } = await bench.tally();
      expect(subjects).toHaveLength(4);
      expect(duplicates).toEqual(['lost']);
      expect(renamed).toEqual([]);
    });
  });

  it.each<{ deadline: string; timeouts: TimeoutOptions }>([
    { deadline: 'the overall deadline', timeouts: { ...never, totalMs: DEADLINE_MS } },
    {
      deadline: 'the deadline of each answer',
      timeouts: { ...never, greetingMs: DEADLINE_MS, commandMs: DEADLINE_MS, dataMs: DEADLINE_MS },
    },
  ])('C2-26 a server that trickles bytes, at whatever step: $deadline holds', async ({ timeouts }) => {
    const started = await Promise.all(STEPS.map((step) => queueFor(step, tricklesOnce(step))));
    await bench.deliver({ timeouts, onAmbiguous: 'hold' });
    for (const step of STEPS) {
      const attempt = await first(step);
      const expected = step === 'dot' ? { outcome: 'ambiguous', code: 'AMBIGUOUS' } : { outcome: 'config_failed', code: 'TIMEOUT' };
      expect({ step, ...attempt }).toMatchObject({ step, ...expected });
      endedBy(attempt);
    }
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: STEPS.length - 1, unknown: 1 }));
    expect(await bench.message('dot')).toMatchObject({ status: 'unknown', last_code: 'AMBIGUOUS' });
    // A server that does not answer costs the message nothing.
    expect(await bench.rows("SELECT DISTINCT attempts FROM smtp_message WHERE status = 'sent'")).toEqual([{ attempts: 0 }]);
    expect(started.map(({ bodies }) => bodies.length)).toEqual(STEPS.map(() => 1));
  });

  it('C2-26 a server that gives each answer just in time: the overall deadline holds', async () => {
    const script: ServerScript = {
      extensions: [],
      reply: (command, { socket }) => {
        if (!command.startsWith('RCPT')) return undefined;
        setTimeout(() => socket.write('250 2.1.5 ok\r\n'), DEADLINE_MS / 10);
        return null;
      },
    };
    const recipients = Array.from({ length: 50 }, (_, index) => `r${index}@b.c`);
    const server = await queueFor('slow', script, recipients);
    await bench.deliver({ timeouts: { ...never, totalMs: DEADLINE_MS } });
    const attempt = await first('slow');
    expect(attempt).toMatchObject({ outcome: 'config_failed', code: 'TIMEOUT' });
    endedBy(attempt);
    delete script.reply;
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 1 }));
    expect(server.bodies).toHaveLength(1);
    expect(await bench.message('slow')).toMatchObject({ attempts: 0 });
  });
});
