import { randomUUID } from 'node:crypto';
import { optionalPeer } from './optional-peer.js';

/** A mail as it arrived. */
export interface InboxMail {
  /** Unique. */
  id: string;
  /** Envelope sender: a plain address. */
  from: string;
  /** Envelope recipients: plain addresses, Bcc included. */
  to: string[];
  subject: string;
  text: string;
  html: string;
  /** Header fields by lower-case name; the first one if a name repeats. */
  headers: Record<string, string>;
  /** The MIME source. */
  raw: string;
  /** User name of the login, or null without one. */
  auth: string | null;
  /** True if the connection was encrypted. */
  tls: boolean;
  /** ISO 8601. */
  receivedAt: string;
}

/** The session's data about a mail. */
export interface Arrival {
  from: string;
  to: string[];
  auth: string | null;
  tls: boolean;
}

/** Parses the bytes sent after DATA. Needs `postal-mime`. */
export async function readMail(bytes: Buffer, arrival: Arrival): Promise<InboxMail> {
  const { default: PostalMime } = await optionalPeer('postal-mime', () => import('postal-mime'));
  const parsed = await PostalMime.parse(bytes);
  const headers: Record<string, string> = {};
  for (const { key, value } of parsed.headers) headers[key.toLowerCase()] ??= value;
  return {
    id: randomUUID(),
    ...arrival,
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html ?? '',
    headers,
    raw: bytes.toString('utf8'),
    receivedAt: new Date().toISOString(),
  };
}
