import PostalMime, { type Address } from 'postal-mime';

export interface GraphAttachment {
  name: string;
  contentType: string;
  content: Buffer;
  contentId?: string;
  isInline?: boolean;
}

/** A mail as Microsoft Graph parsed it. */
export interface GraphMail {
  mailbox: string;
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
  /** All recipients. */
  recipients: string[];
  subject: string;
  text: string;
  html: string;
  messageId: string;
  attachments: GraphAttachment[];
  /** The received bytes. */
  raw: Buffer;
  /** The delivered mail, without Bcc. */
  delivered?: Buffer;
}

export interface Draft {
  id: string;
  mail: GraphMail;
}

/** Parses MIME. Its headers name the recipients, because there is no envelope. */
export async function parseMail(mailbox: string, raw: Buffer): Promise<GraphMail> {
  const parsed = await PostalMime.parse(raw);
  const [to, cc, bcc] = [parsed.to, parsed.cc, parsed.bcc].map(listAddresses) as [string[], string[], string[]];
  return {
    mailbox,
    from: parsed.from?.address ?? '',
    to,
    cc,
    bcc,
    recipients: [...new Set([...to, ...cc, ...bcc])],
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html ?? '',
    messageId: parsed.messageId ?? '',
    attachments: parsed.attachments.map(({ filename, mimeType, content, contentId, related }) => ({
      name: filename ?? '',
      contentType: mimeType,
      content: typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer),
      contentId: contentId?.replace(/^<|>$/g, ''),
      isInline: Boolean(related),
    })),
    raw,
  };
}

export function buildAttachment(
  { name, contentType = '', contentId, isInline }: { name: string; contentType?: string; contentId?: string; isInline?: unknown },
  content: Buffer,
): GraphAttachment {
  return { name, contentType, content, contentId, isInline: isInline === true };
}

/** Removes the Bcc header, folded or not. */
export function removeBcc(raw: Buffer): Buffer {
  const text = raw.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const head = text.slice(0, end + 2).replace(/^Bcc:.*\r\n([ \t].*\r\n)*/im, '');
  return Buffer.from(head + text.slice(end + 2), 'latin1');
}

function listAddresses(list: Address[] | undefined): string[] {
  return (list ?? []).flatMap((entry) => (entry.address ? [entry.address] : []));
}
