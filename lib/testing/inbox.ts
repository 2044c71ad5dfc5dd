import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { SMTPServer, SMTPServerOptions, SMTPServerSession } from 'smtp-server';
import { readMail, type InboxMail } from './inbox-mail.js';
import { optionalPeer } from './optional-peer.js';
import { createPrivateCa, type ServerCertificate } from './private-ca.js';

/** The options of {@link startInbox}. */
export interface InboxOptions {
  /** The port to listen on. @default 0: any free port */
  port?: number;
  /** The address to listen on. @default '127.0.0.1' */
  host?: string;
  /** With `starttls`, neither login nor mail is accepted before encryption. @default 'starttls' */
  security?: 'starttls' | 'tls' | 'none';
  /** The only login that is accepted, and required; false for no login. @default inbox / password */
  auth?: { username: string; password: string } | false;
  /** The certificate of the server. @default a new one for localhost, 127.0.0.1 and ::1, under a new private CA */
  certificate?: ServerCertificate;
  /** Mail to start with, newest first. @default [] */
  mails?: InboxMail[];
  /**
   * Called and awaited before a mail is acknowledged, for instance to store it. If it throws, the sender gets a temporary error.
   * @default none
   */
  keep?: (mail: InboxMail) => Promise<void> | void;
  /** Returns the reply that refuses an address, e.g. `550 5.1.1 no such user`; undefined accepts it. @default accepts all */
  refuse?: (stage: 'sender' | 'recipient', address: string) => string | undefined;
}

/** A running mail server and the mail it received. */
export interface Inbox {
  readonly host: string;
  /** Does not change after a restart. */
  readonly port: number;
  readonly security: 'starttls' | 'tls' | 'none';
  /** Empty without a login. */
  readonly username: string;
  readonly password: string;
  /** The authority to trust, PEM. */
  readonly ca: string;
  /** Newest first. */
  readonly mails: readonly InboxMail[];
  /**
   * Returns the newest mail that matches, now or as soon as it arrives.
   * @param timeoutMs how long to wait. @default 5_000
   * @throws Error after the timeout
   */
  waitFor(predicate?: (mail: InboxMail) => boolean, timeoutMs?: number): Promise<InboxMail>;
  /** Forgets all mail. */
  clear(): void;
  /** Stops the server: closes its connections and refuses new ones. The mail is kept. */
  stop(): Promise<void>;
  /** Starts the server again on the same port. */
  start(): Promise<void>;
  /** Stops for good. */
  close(): Promise<void>;
}

/**
 * Starts an SMTP server that keeps what it receives in memory. For tests and examples, not for the open
 * network. Needs `smtp-server`, `postal-mime` and, unless a certificate is given, `@peculiar/x509`.
 */
export async function startInbox(options: InboxOptions = {}): Promise<Inbox> {
  const { SMTPServer } = await optionalPeer('smtp-server', () => import('smtp-server'));
  const host = options.host ?? '127.0.0.1';
  const security = options.security ?? 'starttls';
  const login = options.auth ?? { username: 'inbox', password: 'password' };
  const certificate = options.certificate ?? (security === 'none' ? undefined : await (await createPrivateCa()).issue());
  const arrivals = new EventEmitter().setMaxListeners(0);
  const mails: InboxMail[] = [...(options.mails ?? [])];
  let port = options.port ?? 0;
  let server: SMTPServer | undefined;

  const receive = async (bytes: Buffer, session: SMTPServerSession) => {
    const { mailFrom, rcptTo } = session.envelope;
    const mail = await readMail(bytes, {
      from: mailFrom ? mailFrom.address : '',
      to: rcptTo.map(({ address }) => address),
      auth: (session.user as string | undefined) ?? null,
      tls: session.secure,
    });
    await options.keep?.(mail);
    mails.unshift(mail);
    arrivals.emit('mail', mail);
  };

  const start = async () => {
    if (server) return;
    const started = new SMTPServer(serverOptions({ security, login, certificate, refuse: options.refuse, receive }));
    // Ignores clients that drop the connection.
    started.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      started.server.once('error', reject);
      started.listen(port, host, () => resolve());
    });
    server = started;
    port = (started.server.address() as AddressInfo).port;
  };

  const stop = async () => {
    const running = server;
    server = undefined;
    if (!running) return;
    await new Promise<void>((resolve) => running.close(() => resolve()));
  };

  await start();
  return {
    host,
    get port() {
      return port;
    },
    security,
    username: login ? login.username : '',
    password: login ? login.password : '',
    ca: certificate?.ca ?? '',
    mails,
    waitFor: (predicate = () => true, timeoutMs = 5_000) => waitFor(mails, arrivals, predicate, timeoutMs),
    clear: () => void mails.splice(0),
    stop,
    start,
    close: stop,
  };
}

async function waitFor(
  mails: readonly InboxMail[],
  arrivals: EventEmitter,
  predicate: (mail: InboxMail) => boolean,
  timeoutMs: number,
): Promise<InboxMail> {
  const signal = AbortSignal.timeout(timeoutMs);
  for (;;) {
    const found = mails.find(predicate);
    if (found) return found;
    try {
      await once(arrivals, 'mail', { signal });
    } catch {
      throw new Error(`No matching mail arrived within ${timeoutMs} ms. The inbox contains ${mails.length} messages.`);
    }
  }
}

function serverOptions(inbox: {
  security: 'starttls' | 'tls' | 'none';
  login: { username: string; password: string } | false;
  certificate?: ServerCertificate;
  refuse: InboxOptions['refuse'];
  receive(bytes: Buffer, session: SMTPServerSession): Promise<void>;
}): SMTPServerOptions {
  const { security, login, certificate, refuse } = inbox;
  const judge = (stage: 'sender' | 'recipient', address: string) => refusal(refuse?.(stage, address));
  return {
    secure: security === 'tls',
    key: certificate?.key,
    cert: certificate?.cert,
    minVersion: 'TLSv1.2',
    disabledCommands: [...(security === 'none' ? ['STARTTLS'] : []), ...(login ? [] : ['AUTH'])],
    allowInsecureAuth: security === 'none',
    authMethods: ['PLAIN', 'LOGIN'],
    disableReverseLookup: true,
    // Milliseconds before open connections are closed.
    closeTimeout: 50,
    logger: false,
    onAuth: ({ username, password }, _session, done) => {
      const isRight = login && username === login.username && password === login.password;
      done(isRight ? null : refusal('535 5.7.8 Authentication credentials invalid'), isRight ? { user: username } : undefined);
    },
    onMailFrom: ({ address }, session, done) => {
      const mayProceed = security !== 'starttls' || session.secure;
      done(mayProceed ? judge('sender', address) : refusal('530 5.7.0 Must issue a STARTTLS command first'));
    },
    onRcptTo: ({ address }, _session, done) => done(judge('recipient', address)),
    onData: (stream, session, done) => {
      buffer(stream)
        .then((bytes) => inbox.receive(bytes, session))
        .then(
          () => done(null, 'kept'),
          () => done(refusal('451 4.3.0 The message could not be stored')),
        );
    },
  };
}

/** Converts a reply such as `550 5.1.1 no such user` to an error for smtp-server. */
function refusal(reply: string | undefined): (Error & { responseCode: number }) | null {
  if (!reply) return null;
  const [, code = '550', text = reply] = /^(\d{3}) (.*)$/.exec(reply) ?? [];
  return Object.assign(new Error(text), { responseCode: Number(code) });
}
