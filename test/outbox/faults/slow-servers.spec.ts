import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TimeoutOptions } from '../../../lib/index.js';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';
import { type ScriptedServer, type ServerScript, startServer } from '../../support/smtp-servers.js';

/** Long enough for a working server on a busy machine. */
const DEADLINE_MS = 2_000;
/** The most that a timer may fire early. */
const EARLY_MS = 20;
const NEVER_MS = 3_600_000;
const never = { greetingMs: NEVER_MS, commandMs: NEVER_MS, dataMs: NEVER_MS, totalMs: NEVER_MS };

interface Attempt {
  outcome: string;
  code: string | null;
  ms: number;
}

/** Sends a byte at a time: whole lines, but never the last line of a reply. */
function trickle(socket: Socket): null {
  const text = '250-still working\r\n';
  let index = 0;
  const timer = setInterval(() => socket.write(text[index++ % text.length]!), 20);
  socket.once('close', () => clearInterval(timer));
  return null;
}

const STEPS = ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'dot'];

/** Returns the script of a server that trickles at one step of its first session and then works. */
function trickleOnce(step: string): ServerScript {
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

describe.each(databases.filter(({ name }) => name !== 'mariadb'))('Slow servers, on $name', ({ name: kind }) => {
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

  const readAttempts = (subject: string) =>
    bench.query<Attempt>(
      `SELECT outcome, code, ms FROM smtp_message_attempt WHERE message_id = (SELECT id FROM smtp_message WHERE subject = '${subject}') ORDER BY id`,
    );
  const waitForFirstAttempt = (subject: string) =>
    eventually(async () => {
      const [attempt] = await readAttempts(subject);
      expect([subject, attempt]).not.toEqual([subject, undefined]);
      return attempt!;
    });
  /** Expects that the deadline ended the attempt, and nothing earlier. */
  const expectDeadline = (attempt: Attempt | undefined): void => expect(attempt?.ms).toBeGreaterThanOrEqual(DEADLINE_MS - EARLY_MS);

  /** Starts a server, and queues a message through a configuration of the same name. */
  const queueThrough = async (name: string, script: ServerScript, to: string | string[] = 'a@b.c'): Promise<ScriptedServer> => {
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

    it(`C2-25 ends the attempt at ${deadline}, marks it as ambiguous, and with onAmbiguous "hold" sends one copy and sets the status unknown`, async () => {
      await bench.sink.setRules({ body: [{ match: 'lost', reply: 'SILENCE' }] });
      await bench.send({ subject: 'lost' });
      await bench.queue(3);
      await bench.deliver({ timeouts, onAmbiguous: 'hold' });
      await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 3, unknown: 1 }));
      expect(await bench.findMessage('lost')).toMatchObject({ status: 'unknown', last_code: 'AMBIGUOUS' });
      const attempts = await readAttempts('lost');
      expect(attempts).toMatchObject([{ outcome: 'ambiguous', code: 'AMBIGUOUS' }]);
      expectDeadline(attempts[0]);
      // The session has ended as well.
      await eventually(async () => expect((await bench.sink.readState()).waiting).toBe(0));
      const { subjects, duplicates } = await bench.tally();
      expect(subjects).toHaveLength(4);
      expect(duplicates).toEqual([]);
    });

    it(`C2-25 ends the attempt at ${deadline}, marks it as ambiguous, and with onAmbiguous "retry" sends a second copy with the same Message-ID`, async () => {
      await bench.sink.setRules({ body: [{ match: 'lost', reply: 'SILENCE', times: 1 }] });
      await bench.send({ subject: 'lost' });
      await bench.queue(3);
      await bench.deliver({ timeouts, onAmbiguous: 'retry' });
      await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 4 }));
      const attempts = await readAttempts('lost');
      expect(attempts).toMatchObject([
        { outcome: 'ambiguous', code: 'AMBIGUOUS' },
        { outcome: 'accepted', code: null },
      ]);
      expectDeadline(attempts[0]);
      const { subjects, duplicates, renamed } = await bench.tally();
      expect(subjects).toHaveLength(4);
      expect(duplicates).toEqual(['lost']);
      expect(renamed).toEqual([]);
    });
  });

  it.each<{ deadline: string; timeouts: TimeoutOptions }>([
    { deadline: 'the overall deadline', timeouts: { ...never, totalMs: DEADLINE_MS } },
    {
      deadline: 'the deadline of each reply',
      timeouts: { ...never, greetingMs: DEADLINE_MS, commandMs: DEADLINE_MS, dataMs: DEADLINE_MS },
    },
  ])('C2-26 ends the attempt at $deadline when a server trickles bytes at any step', async ({ timeouts }) => {
    const started = await Promise.all(STEPS.map((step) => queueThrough(step, trickleOnce(step))));
    await bench.deliver({ timeouts, onAmbiguous: 'hold' });
    for (const step of STEPS) {
      const attempt = await waitForFirstAttempt(step);
      const expected = step === 'dot' ? { outcome: 'ambiguous', code: 'AMBIGUOUS' } : { outcome: 'config_failed', code: 'TIMEOUT' };
      expect({ step, ...attempt }).toMatchObject({ step, ...expected });
      expectDeadline(attempt);
    }
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: STEPS.length - 1, unknown: 1 }));
    expect(await bench.findMessage('dot')).toMatchObject({ status: 'unknown', last_code: 'AMBIGUOUS' });
    // An unresponsive server uses no attempt.
    expect(await bench.query("SELECT DISTINCT attempts FROM smtp_message WHERE status = 'sent'")).toEqual([{ attempts: 0 }]);
    expect(started.map(({ bodies }) => bodies.length)).toEqual(STEPS.map(() => 1));
  });

  it('C2-26 ends the attempt at the overall deadline when a server answers each command just in time', async () => {
    const script: ServerScript = {
      extensions: [],
      reply: (command, { socket }) => {
        if (!command.startsWith('RCPT')) return undefined;
        setTimeout(() => socket.write('250 2.1.5 ok\r\n'), DEADLINE_MS / 10);
        return null;
      },
    };
    const recipients = Array.from({ length: 50 }, (_, index) => `r${index}@b.c`);
    const server = await queueThrough('slow', script, recipients);
    await bench.deliver({ timeouts: { ...never, totalMs: DEADLINE_MS } });
    const attempt = await waitForFirstAttempt('slow');
    expect(attempt).toMatchObject({ outcome: 'config_failed', code: 'TIMEOUT' });
    expectDeadline(attempt);
    delete script.reply;
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 1 }));
    expect(server.bodies).toHaveLength(1);
    expect(await bench.findMessage('slow')).toMatchObject({ attempts: 0 });
  });
});
