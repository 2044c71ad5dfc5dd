import type { Blob } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { MailPriority } from '../shared/mail-log.js';

/** One mailbox: `'a@b.c'`, `'Name <a@b.c>'` or its parts. */
export type Mailbox = string | { name?: string; address: string };

/** One mailbox or a list of them. An entry never contains more than one. */
export type Recipients = Mailbox | readonly Mailbox[];

/** A file attached to the mail. Its content is the caller's own bytes, never a path or a URL. */
export interface Attachment {
  filename?: string;
  /** A stream is read once, a file from its start. The package does not close a file handle; keep it open until the call returns. */
  content: string | Uint8Array | ArrayBuffer | Blob | Readable | ReadableStream | FileHandle;
  /** MIME type. @default guessed from the file name */
  contentType?: string;
  /** Content ID of an inline image: `<img src="cid:…">` refers to it. */
  cid?: string;
}

/** A message that the application asks to send. */
export interface MailMessage {
  to: Recipients;
  cc?: Recipients;
  bcc?: Recipients;
  /** Takes precedence over the configuration's From. A name alone keeps the configuration's address. */
  from?: Mailbox | { name: string };
  replyTo?: Mailbox;
  subject: string;
  text?: string;
  html?: string;
  attachments?: Attachment[];
  /** Additional headers. Headers that the package writes itself (From, To, Message-ID, Content-Type, …) are refused. */
  headers?: Record<string, string>;
  /** Key of a declared activity. @default 'general' */
  activity?: string;
  /** Name of a configuration; takes precedence over the activity's and the default. */
  config?: string;
  /** Mail of a higher priority is sent first. @default 'normal' */
  priority?: MailPriority;
  /** Not sent before this time. @default immediately */
  sendAt?: Date;
  /** Not sent after this time. @default never */
  expiresAt?: Date;
  /** At most 255 characters. A second message with the same key is not stored; the call returns the first one. */
  idempotencyKey?: string;
}

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

/** The fields that decide how a message is queued. */
export interface CheckedDelivery {
  /** 0 high, 1 normal, 2 low. */
  priority: number;
  sendAt?: Date;
  expiresAt?: Date;
  idempotencyKey?: string;
}
