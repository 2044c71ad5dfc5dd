import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createSecureContext, TLSSocket, type SecureContextOptions } from 'node:tls';

/** A step of the dialogue, as a strict server sees it. */
export interface StrictStep {
  verb: string;
  /** The whole command; for the step `BODY`, the message. */
  line: string;
  session: StrictSession;
}

export interface StrictScript {
  /** Lines of the EHLO reply. @default PIPELINING and 8BITMIME */
  extensions?: string[];
  /** The server has STARTTLS with them. */
  tls?: SecureContextOptions;
  /** Returns a reply in place of the usual one, `DROP` to hang up or `SILENCE`. The greeting is the step `GREETING`. */
  reply?(step: StrictStep): string | undefined;
  /** Sends replies. They are the replies to everything that arrived at once. @default one write */
  write?(socket: Socket, replies: string): Promise<void> | void;
}

export interface StrictSession {
  /** Commands, and `BODY` for each message. */
  steps: string[];
  /** The steps in groups, as they arrived. */
  groups: string[][];
  socket: Socket;
}

/** A message of which a strict server received the final dot and that it did not refuse. */
export interface StrictMail {
  from: string;
  to: string[];
  body: string;
}

export interface StrictServer {
  host: string;
  port: number;
  sessions: StrictSession[];
  mails: StrictMail[];
  readonly open: number;
  allClosed(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a server that keeps the order of commands like Postfix: MAIL after MAIL gets 503, RCPT without MAIL and DATA without a
 * recipient are refused, and only RSET or the end of a message forgets a sender. A reply of 354 is always followed by a message,
 * which is kept under the last sender.
 */
export async function startStrictServer(script: StrictScript = {}): Promise<StrictServer> {
  const sessions: StrictSession[] = [];
  const mails: StrictMail[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      sockets.delete(socket);
      if (!sockets.size) server.emit('allClosed');
    });
    const session: StrictSession = { steps: [], groups: [], socket };
    sessions.push(session);
    converse(script, session, mails, false);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    sessions,
    mails,
    get open() {
      return sockets.size;
    },
    allClosed: async () => {
      if (sockets.size) await once(server, 'allClosed');
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function converse(script: StrictScript, session: StrictSession, mails: StrictMail[], isEncrypted: boolean): void {
  const { socket } = session;
  let buffered = '';
  let isBody = false;
  /** The octets of the message that follows BDAT. */
  let octets: number | undefined;
  let sender: string | undefined;
  let lastSender = '';
  let recipients: string[] = [];
  let replies = '';
  let written = Promise.resolve();
  let isEnded = false;

  const reset = () => {
    sender = undefined;
    recipients = [];
  };
  const flush = () => {
    const text = replies;
    replies = '';
    if (text) written = written.then(() => (script.write ? script.write(socket, text) : void socket.write(text)));
  };
  /** Handles a step. Returns the reply; an empty one if nothing may follow. */
  const take = (verb: string, line: string, usual: () => string): string => {
    session.steps.push(verb === 'BODY' || verb === 'GREETING' ? verb : line);
    const reply = script.reply?.({ verb, line, session }) ?? usual();
    if (reply !== 'DROP' && reply !== 'SILENCE') replies += `${reply}\r\n`;
    if (reply === 'DROP' || reply.startsWith('421') || verb === 'QUIT') {
      isEnded = true;
      flush();
      void written.then(() => socket.end());
    }
    return reply;
  };
  const isGood = (reply: string) => reply.startsWith('2');

  const takeCommand = (line: string): void => {
    const verb = line.split(/[ :]/)[0]!.toUpperCase();
    const address = /<(.*?)>/.exec(line)?.[1] ?? '';
    switch (verb) {
      case 'EHLO': {
        const offered = [...(script.tls && !isEncrypted ? ['STARTTLS'] : []), ...(script.extensions ?? ['PIPELINING', '8BITMIME'])];
        const lines = ['strict', ...offered];
        take(verb, line, () => lines.map((one, index) => `250${index < lines.length - 1 ? '-' : ' '}${one}`).join('\r\n'));
        return reset();
      }
      case 'MAIL':
        if (isGood(take(verb, line, () => (sender === undefined ? '250 2.1.0 ok' : '503 5.5.1 nested MAIL command')))) {
          sender ??= address;
          lastSender = sender;
        }
        return;
      case 'RCPT':
        if (isGood(take(verb, line, () => (sender === undefined ? '503 5.5.1 need MAIL command' : '250 2.1.5 ok'))))
          recipients.push(address);
        return;
      case 'DATA': {
        const usual = () =>
          sender === undefined ? '503 5.5.1 need RCPT' : recipients.length ? '354 go ahead' : '554 5.5.1 no valid recipients';
        isBody = take(verb, line, usual).startsWith('354');
        return;
      }
      case 'BDAT': {
        // A reply of the script comes in place of the message: its octets are read as commands.
        const reply = script.reply?.({ verb, line, session });
        if (reply === undefined) {
          session.steps.push(line);
          octets = Number(line.split(' ')[1]);
        } else take(verb, line, () => reply);
        return;
      }
      case 'RSET':
        if (isGood(take(verb, line, () => '250 2.0.0 ok'))) reset();
        return;
      case 'STARTTLS':
        if (!take(verb, line, () => '220 2.0.0 ready').startsWith('220')) return;
        flush();
        socket.off('data', onData);
        isEnded = true;
        return void written.then(() => encrypt(script, session, mails));
      default:
        take(verb, line, () => (verb === 'QUIT' ? '221 2.0.0 bye' : verb === 'HELO' ? '250 strict' : '502 5.5.2 not known'));
    }
  };
  const takeBody = (body: string): void => {
    isBody = false;
    const mail = { from: sender ?? lastSender, to: recipients, body: body.replace(/^\./gm, '') };
    const reply = take('BODY', body, () => '250 2.0.0 queued');
    // Without a reply, the message is kept.
    if (!/^[45]/.test(reply)) mails.push(mail);
    reset();
  };
  /** Takes a message that followed BDAT. It is read, and refused, without a recipient. */
  const takeChunk = (body: string): void => {
    octets = undefined;
    if (sender !== undefined && recipients.length > 0) {
      const mail = { from: sender, to: recipients, body: body.replace(/\r\n$/, '') };
      if (!/^[45]/.test(take('BODY', body, () => '250 2.0.0 queued'))) mails.push(mail);
    } else {
      session.steps.push('BODY');
      replies += `${sender === undefined ? '503 5.5.1 need MAIL command' : '554 5.5.1 no valid recipients'}\r\n`;
    }
    reset();
  };
  function onData(chunk: Buffer): void {
    buffered += chunk.toString('latin1');
    const start = session.steps.length;
    for (;;) {
      if (isEnded) break;
      if (octets !== undefined) {
        if (buffered.length < octets) break;
        const body = buffered.slice(0, octets);
        buffered = buffered.slice(octets);
        takeChunk(body);
      } else if (isBody) {
        const end = /(?:^|\r\n)\.\r\n/.exec(buffered);
        if (!end) break;
        const body = buffered.slice(0, end.index);
        buffered = buffered.slice(end.index + end[0].length);
        takeBody(body);
      } else {
        const end = buffered.indexOf('\r\n');
        if (end < 0) break;
        const line = buffered.slice(0, end);
        buffered = buffered.slice(end + 2);
        takeCommand(line);
      }
    }
    session.groups.push(session.steps.slice(start));
    flush();
  }

  socket.on('data', onData);
  socket.on('error', () => undefined);
  socket.on('end', () => socket.end());
  if (isEncrypted) return;
  take('GREETING', '', () => '220 strict ESMTP');
  session.groups.push(['GREETING']);
  flush();
}

function encrypt(script: StrictScript, session: StrictSession, mails: StrictMail[]): void {
  const secure = new TLSSocket(session.socket, { isServer: true, secureContext: createSecureContext(script.tls) });
  secure.on('error', () => session.socket.destroy());
  session.socket = secure;
  converse(script, session, mails, true);
}
