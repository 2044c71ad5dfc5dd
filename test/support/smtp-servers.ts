import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createSecureContext, TLSSocket, type SecureContextOptions } from 'node:tls';

/**
 * The behavior of a scripted server. `reply` is called first for each command and returns a reply, `null` for silence,
 * `'DROP'` to hang up, or undefined for the usual reply.
 */
export interface ServerScript {
  /** Key and certificate. The server has no TLS without them. */
  tls?: SecureContextOptions;
  /** Requires a client certificate. */
  wantsClientCertificate?: boolean;
  /** TLS from the first byte. */
  implicitTls?: boolean;
  /** Lines of the EHLO reply. @default PIPELINING, 8BITMIME, SMTPUTF8, and AUTH PLAIN LOGIN */
  extensions?: string[];
  /** EHLO lists STARTTLS. @default whether `tls` is set */
  offersStartTls?: boolean;
  greeting?: string | null;
  /** The address to listen on. @default '127.0.0.1' */
  host?: string;
  port?: number;
  reply?(command: string, session: ServerSession): string | null | undefined;
  /** The reply to the final dot. @default '250 2.0.0 queued' */
  afterBody?(session: ServerSession): string | null;
  /** Handles the raw socket in place of all the above. */
  raw?(socket: Socket): void;
}

export interface ServerSession {
  /** Commands of this connection, without message bodies. */
  commands: string[];
  /** Complete bodies of this connection. */
  bodies: string[];
  isEncrypted: boolean;
  socket: Socket;
}

/** A scripted SMTP server and everything it received. */
export interface ScriptedServer {
  host: string;
  port: number;
  sessions: ServerSession[];
  /** Commands of all connections. */
  readonly commands: string[];
  readonly bodies: string[];
  /** All bytes received without encryption, including STARTTLS. */
  readonly clearText: string;
  readonly open: number;
  readonly mostOpen: number;
  /** Resolves when all clients have disconnected. */
  allClosed(): Promise<void>;
  close(): Promise<void>;
}

const EXTENSIONS = ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'AUTH PLAIN LOGIN'];

export async function startServer(script: ServerScript = {}): Promise<ScriptedServer> {
  const host = script.host ?? '127.0.0.1';
  const sessions: ServerSession[] = [];
  const sockets = new Set<Socket>();
  const clear: Buffer[] = [];
  let mostOpen = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    // A connection ended by the server is not counted, even before the client's FIN arrives.
    mostOpen = Math.max(mostOpen, [...sockets].filter(({ writableEnded }) => !writableEnded).length);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      sockets.delete(socket);
      if (!sockets.size) server.emit('allClosed');
    });
    if (script.raw) return script.raw(socket);
    const session: ServerSession = { commands: [], bodies: [], isEncrypted: false, socket };
    sessions.push(session);
    if (script.implicitTls) encrypt(script, session, () => converse(script, session, clear));
    else converse(script, session, clear);
  });
  server.listen(script.port ?? 0, host);
  await once(server, 'listening');
  return {
    host,
    port: (server.address() as AddressInfo).port,
    sessions,
    get commands() {
      return sessions.flatMap(({ commands }) => commands);
    },
    get bodies() {
      return sessions.flatMap(({ bodies }) => bodies);
    },
    get clearText() {
      return Buffer.concat(clear).toString('latin1');
    },
    get open() {
      return sockets.size;
    },
    get mostOpen() {
      return mostOpen;
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

function encrypt(script: ServerScript, session: ServerSession, then: () => void): void {
  const secure = new TLSSocket(session.socket, {
    isServer: true,
    secureContext: createSecureContext(script.tls),
    requestCert: script.wantsClientCertificate,
    rejectUnauthorized: script.wantsClientCertificate,
  });
  secure.on('error', () => session.socket.destroy());
  secure.once('secure', () => {
    session.isEncrypted = true;
    session.socket = secure;
    then();
  });
}

function converse(script: ServerScript, session: ServerSession, clear: Buffer[]): void {
  const { socket } = session;
  let buffered = '';
  let isBody = false;
  const say = (reply: string | null) => {
    if (reply === 'DROP') socket.destroy();
    else if (reply !== null && !socket.destroyed) socket.write(`${reply}\r\n`);
  };
  const onData = (chunk: Buffer) => {
    if (!session.isEncrypted) clear.push(chunk);
    buffered += chunk.toString('latin1');
    for (;;) {
      if (isBody) {
        const end = /(?:^|\r\n)\.\r\n/.exec(buffered);
        if (!end) return;
        session.bodies.push(buffered.slice(0, end.index));
        buffered = buffered.slice(end.index + end[0].length);
        isBody = false;
        say(script.afterBody ? script.afterBody(session) : '250 2.0.0 queued');
        continue;
      }
      const end = buffered.indexOf('\r\n');
      if (end < 0) return;
      const command = buffered.slice(0, end);
      buffered = buffered.slice(end + 2);
      session.commands.push(command);
      const scripted = script.reply?.(command, session);
      const answer = scripted === undefined ? buildUsualReply(command, script, session) : scripted;
      say(answer);
      isBody = answer?.startsWith('354') ?? false;
      if (command === 'STARTTLS' && answer?.startsWith('220')) {
        socket.off('data', onData);
        return encrypt(script, session, () => converse({ ...script, greeting: null }, session, clear));
      }
      if (command === 'QUIT' || answer?.startsWith('421')) return void socket.end();
    }
  };
  socket.on('data', onData);
  socket.on('error', () => undefined);
  socket.on('end', () => socket.end());
  say(script.greeting === undefined ? '220 test ESMTP' : script.greeting);
  if (script.greeting?.startsWith('421')) socket.end();
}

function buildUsualReply(command: string, script: ServerScript, session: ServerSession): string {
  const verb = command.split(' ')[0]!.toUpperCase();
  switch (verb) {
    case 'EHLO': {
      const offersStartTls = (script.offersStartTls ?? Boolean(script.tls)) && !session.isEncrypted;
      const lines = ['test', ...(offersStartTls ? ['STARTTLS'] : []), ...(script.extensions ?? EXTENSIONS)];
      return lines.map((line, index) => `250${index === lines.length - 1 ? ' ' : '-'}${line}`).join('\r\n');
    }
    case 'STARTTLS':
      return script.tls && !session.isEncrypted ? '220 2.0.0 go ahead' : '502 5.5.1 not implemented';
    case 'AUTH':
      return '235 2.7.0 accepted';
    case 'MAIL':
    case 'RCPT':
    case 'RSET':
    case 'NOOP':
      return '250 2.1.0 ok';
    case 'DATA':
      return '354 go ahead';
    case 'QUIT':
      return '221 2.0.0 bye';
    default:
      return '500 5.5.2 what';
  }
}
