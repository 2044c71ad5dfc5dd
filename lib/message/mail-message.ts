import type { Readable } from 'node:stream';

/** One mailbox: `'a@b.c'`, `'Name <a@b.c>'` or its parts. */
export type Mailbox = string | { name?: string; address: string };

/** One mailbox or a list of them. An entry never holds more than one. */
export type Recipients = Mailbox | readonly Mailbox[];

/** A file that goes with the mail. Its content is the caller's own bytes, never a path or a URL. */
export interface Attachment {
  filename?: string;
  content: Buffer | string | Readable;
  /** MIME type; guessed from the file name when left out. */
  contentType?: string;
  /** For inline images: `<img src="cid:…">` names it. */
  cid?: string;
}

/** What a host asks to be sent. */
export interface MailMessage {
  to: Recipients;
  cc?: Recipients;
  bcc?: Recipients;
  /** Wins over the configuration's From. A name alone keeps the configuration's address. */
  from?: Mailbox | { name: string };
  replyTo?: Mailbox;
  subject: string;
  text?: string;
  html?: string;
  attachments?: Attachment[];
  /** Extra headers. Those that the package writes itself (From, To, Message-ID, Content-Type, …) are refused. */
  headers?: Record<string, string>;
  /** Key of a declared activity. @default 'general' */
  activity?: string;
  /** Name of a configuration; wins over the activity's and the default. */
  config?: string;
  /** Mail of a higher priority leaves first. @default 'normal' */
  priority?: MailPriority;
  /** Not before this time. @default at once */
  sendAt?: Date;
  /** Not after this time: it is given up then. @default never */
  expiresAt?: Date;
  /** At most 255 characters: a second message with the same key is not stored, and the first one is answered. */
  idempotencyKey?: string;
}

export type MailPriority = 'high' | 'normal' | 'low';

/** A mailbox that passed the checks: printable, one address, at most 320 characters. */
export interface CheckedMailbox {
  name: string;
  address: string;
}

/** A {@link MailMessage} that passed the checks, every field present. */
export interface CheckedMessage {
  to: CheckedMailbox[];
  cc: CheckedMailbox[];
  bcc: CheckedMailbox[];
  from?: { name?: string; address?: string };
  replyTo?: CheckedMailbox;
  subject: string;
  text?: string;
  html?: string;
  attachments: Attachment[];
  headers: Record<string, string>;
  activity: string;
  config?: string;
}

/** How a message is to be queued. */
export interface CheckedDelivery {
  /** 0 high, 1 normal, 2 low. */
  priority: number;
  sendAt?: Date;
  expiresAt?: Date;
  idempotencyKey?: string;
}
