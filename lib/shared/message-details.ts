/** The content of a message as its recipients see it, without the signature its configuration adds. */
export interface MailPreview {
  text: string | null;
  /** Untrusted: show it only in a sandboxed frame. Contains inline images. */
  html: string | null;
  /** The headers that the application added. */
  headers: { name: string; value: string }[];
  /** Its files: the attachments, the calendar invitation, and other forms of the text. */
  attachments: MailPreviewAttachment[];
}

/** A file of a message. */
export interface MailPreviewAttachment {
  /** Its place among the files, from 0. */
  index: number;
  /** Empty if it has none. */
  filename: string;
  /** Null if the application named none. */
  contentType: string | null;
  bytes: number;
  /** True for an image within the HTML. */
  isInline: boolean;
}

/** A mailbox in a header of a message. */
export interface MailLogMailbox {
  name: string;
  address: string;
  /** True if the configuration added it to the message's own recipients. */
  isCopy?: boolean;
}

/** The mailboxes of a header: the first ones, and the number of further ones. */
export interface MailLogMailboxes {
  shown: MailLogMailbox[];
  more: number;
}

/**
 * The source of the sender and the copies: the message as it was sent; the current settings, for a message that still waits
 * (`planned`) or one that was sent with earlier settings (`current`); or the settings of the configuration alone, because the content
 * is not read (`config`).
 */
export type SenderBasis = 'sent' | 'planned' | 'current' | 'config';

/** A part of a message, without its content and name. */
export interface MailLogPart {
  kind: 'text' | 'html' | 'attachment' | 'inline';
  bytes: number;
}

/** The sender, the recipients and the parts of a message, as far as they are known. */
export interface MailLogDetails {
  /** Null if there is no From address, or if the configuration does not exist. */
  from: MailLogMailbox | null;
  basis: SenderBasis;
  replyTo: MailLogMailbox[];
  /** Null if the content is not stored or too large to read for this. */
  recipients: Record<'to' | 'cc' | 'bcc', MailLogMailboxes> | null;
  /** Null for a sensitive message, too. */
  parts: MailLogPart[] | null;
  content: 'stored' | 'deleted' | 'damaged' | 'large';
}
