import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { SinkReply, SinkRequest, SinkRules, SinkState } from './counting-sink.js';
import { serveParent } from './processes/serve-parent.js';
import { findFreePort } from './services/shell.js';

const TAKEN = '250 2.0.0 taken';

let rules: SinkRules = {};
let state: Omit<SinkState, 'open' | 'openSessions' | 'waiting'> = { mails: [], sessions: 0, mostOpen: 0, refused: 0, logins: [] };
const sockets = new Set<Socket>();
const openSessions = new Set<number>();
const waiting = new Set<Socket>();
/** Sockets with a held reply. */
const held = new Set<Socket>();
const server = createServer({ noDelay: true }, converse);
const port = await findFreePort();

async function listen(): Promise<void> {
  if (server.listening) return;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

async function refuse(): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  for (const socket of sockets) socket.destroy();
  await closed;
}

function replyOf(replies: SinkReply[] | undefined, text: string): string | undefined {
  const found = replies?.find(({ match, times }) => times !== 0 && new RegExp(match).test(text));
  if (found?.times !== undefined) found.times -= 1;
  return found?.reply;
}

function say(socket: Socket, reply: string): void {
  if (reply === 'DROP') return void socket.destroy();
  if (reply === 'SILENCE') return void waiting.add(socket);
  if (reply === 'HOLD') {
    waiting.add(socket);
    return void held.add(socket);
  }
  socket.write(`${reply}\r\n`);
  if (reply.startsWith('421')) socket.end();
}

/** Answers every socket with a held reply. */
function releaseHeld(): void {
  for (const socket of held) {
    waiting.delete(socket);
    say(socket, TAKEN);
  }
  held.clear();
}

const takenSince = (time: number): number => state.mails.length - state.mails.findLastIndex(({ at }) => at < time) - 1;

function converse(socket: Socket): void {
  sockets.add(socket);
  const session = (state.sessions += 1);
  openSessions.add(session);
  // A session ended by the sink is not counted, even before the client's FIN arrives.
  state.mostOpen = Math.max(state.mostOpen, [...sockets].filter(({ writableEnded }) => !writableEnded).length);
  socket.on('error', () => undefined);
  socket.once('close', () => {
    sockets.delete(socket);
    waiting.delete(socket);
    held.delete(socket);
    openSessions.delete(session);
  });
  let buffered = '';
  let sender = '';
  let recipients: string[] = [];
  let isBody = false;
  let taken = 0;

  const takeBody = (body: string): void => {
    const header = (name: string) => new RegExp(`^${name}: *(.*)$`, 'im').exec(body.slice(0, body.indexOf('\r\n\r\n')))?.[1]?.trim() ?? '';
    const subject = header('Subject');
    const reply = replyOf(rules.body, subject) ?? TAKEN;
    if (!/^[45]/.test(reply)) {
      state.mails.push({ subject, messageId: header('Message-ID'), from: sender, to: recipients, at: Date.now(), session });
      taken += 1;
    }
    recipients = [];
    if (!rules.delayMs) return say(socket, reply);
    waiting.add(socket);
    setTimeout(() => {
      waiting.delete(socket);
      say(socket, reply);
    }, rules.delayMs);
  };

  const obey = (command: string): string => {
    const verb = command.slice(0, 4).toUpperCase();
    const address = /<(.*?)>/.exec(command)?.[1] ?? '';
    switch (verb) {
      case 'EHLO':
        return `250-sink\r\n${rules.password === undefined ? '' : '250-AUTH PLAIN\r\n'}250 8BITMIME`;
      case 'AUTH': {
        const password = Buffer.from(command.split(' ')[2] ?? '', 'base64')
          .toString()
          .split('\0')[2];
        state.logins.push(password ?? '');
        return password === rules.password ? '235 2.7.0 welcome' : '535 5.7.8 wrong password';
      }
      case 'MAIL':
        sender = address;
        recipients = [];
        if (rules.maxPerSecond !== undefined && takenSince(Date.now() - 1_000) >= rules.maxPerSecond) {
          state.refused += 1;
          return '450 4.7.1 rate limit exceeded';
        }
        if (rules.maxPerSession !== undefined && taken >= rules.maxPerSession) return '421 4.7.0 too many messages in this session';
        return replyOf(rules.mailFrom, address) ?? '250 2.1.0 ok';
      case 'RCPT': {
        const reply = replyOf(rules.rcptTo, address) ?? '250 2.1.5 ok';
        if (reply.startsWith('250')) recipients.push(address);
        return reply;
      }
      case 'DATA':
        isBody = true;
        return '354 go ahead';
      case 'QUIT':
        return '221 2.0.0 bye';
      case 'RSET':
      case 'NOOP':
        return '250 2.0.0 ok';
      default:
        return '502 5.5.1 not implemented';
    }
  };

  socket.on('data', (chunk: Buffer) => {
    buffered += chunk.toString('latin1');
    for (;;) {
      const end = buffered.indexOf(isBody ? '\r\n.\r\n' : '\r\n');
      if (end < 0) return;
      const text = buffered.slice(0, end);
      buffered = buffered.slice(end + (isBody ? 5 : 2));
      if (isBody) {
        isBody = false;
        takeBody(text);
        continue;
      }
      say(socket, obey(text));
      if (text === 'QUIT') socket.end();
    }
  });
  const isOneTooMany = rules.maxOpen !== undefined && [...sockets].filter(({ writableEnded }) => !writableEnded).length > rules.maxOpen;
  if (isOneTooMany) state.refused += 1;
  const greeting = isOneTooMany ? '421 4.7.0 too many connections' : (rules.greeting ?? '220 sink ESMTP');
  say(socket, greeting);
  if (/^[45]/.test(greeting)) socket.end();
}

await listen();
serveParent(async (request: SinkRequest): Promise<unknown> => {
  switch (request.do) {
    case 'rules':
      rules = request.rules;
      return releaseHeld();
    case 'listen':
      return listen();
    case 'refuse':
      return refuse();
    case 'clear':
      rules = {};
      return void (state = { mails: [], sessions: 0, mostOpen: sockets.size, refused: 0, logins: [] });
    case 'port':
      return port;
    case 'state':
      return { ...state, open: sockets.size, openSessions: [...openSessions], waiting: waiting.size };
  }
});
