import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Certificates } from '../certificates.js';
import PostalMime, { type Email } from 'postal-mime';

/**
 * The ways into a server, each with a port of its own:
 * - `starttls` and `tls` require the login of {@link LOGIN}, and let it send as {@link MAILBOX} only.
 * - The others need no login and take mail for `lab.test` only, with one restriction each.
 */
export const LISTENERS = [
  'starttls',
  'tls',
  /** No restriction, no encryption. */
  'plain',
  /** Refuses any name in EHLO but {@link EHLO_NAME}, after the recipient or at once. */
  'helo',
  'heloAtOnce',
  /** Refuses every client without a login. */
  'client',
  /** Takes 100,000 bytes, with and without saying so in EHLO. */
  'size',
  'sizeUnannounced',
  /** Refuses the sender `blocked`, and the recipients `refused`, `later`, `quota` and `closing`. */
  'policy',
  /** Refuses the subject `FORBIDDEN`. */
  'content',
  /** Defers the first attempt for each recipient. */
  'greylisting',
  /** Takes 3 messages in 2 seconds. */
  'rate',
  /** Takes one connection at a time. */
  'connections',
  /** Takes 2 recipients a message. */
  'recipients',
  /** Has no disk space left. */
  'full',
  /** Without SMTPUTF8. */
  'asciiOnly',
  /** Without PIPELINING, and hangs up on clients that use it. */
  'noPipelining',
  /** With certificates that cannot be verified with the authority of {@link MailServer.certificates}. */
  'wrongName',
  'otherCa',
  'expired',
  /** Requires a client certificate. */
  'clientCertificate',
  /** With the milter of `milter.ts`, and with one that is down. */
  'milter',
  'milterDown',
  /** Requires a login, but its program for logins is down, or ends in the middle of one. */
  'saslDown',
  'saslLost',
] as const;
export type Listener = (typeof LISTENERS)[number];

/** The listeners that depend on programs of Postfix's and Sendmail's kind. */
export const PROGRAMS: readonly Listener[] = ['milter', 'milterDown', 'saslDown', 'saslLost'];

export const EHLO_NAME = 'app.lab.test';
export const MAILBOX = 'alice@lab.test';
export const LOGIN = { username: MAILBOX, password: 's3cret pass' };

/** A real mail server on this machine. */
export interface MailServer {
  /** The port of each way in that the server has. */
  ports: Partial<Record<Listener, number>>;
  /** Its certificates, and the authority that also the clients' certificates must come from. */
  certificates: Certificates;
  /** Reads the mail that was delivered. */
  readMail(): Promise<Email[]>;
  /** Ends the server as in a crash, and starts it again. */
  restart(): Promise<void>;
  /** Stops the server and removes everything it wrote. */
  stop(): Promise<void>;
}

/** Returns a function that reads the messages of a Maildir, each once. `deliveredTo` and `returnPath` are those of the envelope. */
export function readerOf(folder: string): () => Promise<Email[]> {
  const mails = new Map<string, Promise<Email>>();
  return async () => {
    const files = await readdir(join(folder, 'new')).catch(() => []);
    for (const file of files) if (!mails.has(file)) mails.set(file, parse(join(folder, 'new', file)));
    return Promise.all(mails.values());
  };
}

const parse = async (file: string): Promise<Email> => PostalMime.parse(await readFile(file));

/** Returns a subject that no other message has. */
export const uniqueSubject = (name: string): string => `${name} ${randomUUID()}`;
