import type { Blob } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { MailPriority } from '../shared/mail-log.js';

/** One mailbox: `'a@b.c'`, `'Name <a@b.c>'` or its parts. */
export type Mailbox = string | { name?: string; address: string };

/** One mailbox or a list of them. An entry never contains more than one. */
export type Recipients = Mailbox | readonly Mailbox[];

/**
 * The caller's own bytes, never a path or a URL. A stream is read once, a file from its start. The package does not close a file
 * handle; keep it open until the call returns.
 */
export type Content = string | Uint8Array | ArrayBuffer | Blob | Readable | ReadableStream | FileHandle;

/** A file attached to the mail. */
export interface Attachment {
  filename?: string;
  content: Content;
  /** MIME type. @default guessed from the file name */
  contentType?: string;
  /** Content ID of an inline image: `<img src="cid:…">` refers to it. */
  cid?: string;
}

/** Another form of the text, of which a mail reader shows the last one that it understands. */
export interface Alternative {
  /** MIME type, e.g. `text/markdown`. */
  contentType: string;
  content: Content;
}

/** The methods of a calendar object (RFC 5546 §1.4). */
export const CALENDAR_METHODS = ['PUBLISH', 'REQUEST', 'REPLY', 'ADD', 'CANCEL', 'REFRESH', 'COUNTER', 'DECLINECOUNTER'] as const;

/** A calendar invitation. It is sent as a form of the text and as a file, because mail readers expect one or the other. */
export interface CalendarEvent {
  /** The calendar object (RFC 5545), in UTF-8. */
  content: Content;
  /** The same as its `METHOD`. @default 'PUBLISH' */
  method?: (typeof CALENDAR_METHODS)[number];
  /** @default 'invite.ics' */
  filename?: string;
}

/** The events that a server reports: never, or on delivery, failure or delay (RFC 3461 §4.1). */
export const DSN_EVENTS = ['never', 'success', 'failure', 'delay'] as const;

/** The delivery status notifications (RFC 3461) to request. A server that does not offer them is not asked. */
export interface DeliveryNotifications {
  /** `never` stands alone. @default the server's own, usually failure */
  notify?: readonly (typeof DSN_EVENTS)[number][];
  /** How much of the message a notification contains. @default the server's own */
  return?: 'headers' | 'full';
  /** Identifies the message in notifications: printable ASCII, at most 100 characters once encoded. @default none */
  id?: string;
}

/** A message that the application asks to send. It needs a recipient in `to`, `cc` or `bcc`. */
export interface MailMessage {
  to?: Recipients;
  cc?: Recipients;
  bcc?: Recipients;
  /** Takes precedence over the configuration's From. A name alone keeps the configuration's address. */
  from?: Mailbox | { name: string };
  /** The address that bounces are sent to, in place of the From address. Microsoft Graph cannot set it. */
  envelopeFrom?: string;
  /** Takes precedence over the configuration's Reply-To. */
  replyTo?: Recipients;
  subject: string;
  text?: string;
  html?: string;
  attachments?: readonly Attachment[];
  alternatives?: readonly Alternative[];
  icalEvent?: CalendarEvent;
  /** Requests notifications about the delivery. Microsoft Graph sends none. */
  dsn?: DeliveryNotifications;
  /**
   * Additional headers; a list repeats a header. Headers that the package writes itself (From, To, Message-ID, Content-Type, …) are
   * refused.
   */
  headers?: Readonly<Record<string, string | readonly string[]>>;
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
  replyTo?: CheckedMailbox[];
  subject: string;
  text?: string;
  html?: string;
  attachments: Attachment[];
  alternatives: Alternative[];
  icalEvent?: Required<CalendarEvent>;
  envelopeFrom?: string;
  dsn?: DeliveryNotifications;
  headers: Record<string, string[]>;
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
