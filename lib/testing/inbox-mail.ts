import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
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
  /** Header fields by lower-case name; of several of one name, the first. */
  headers: Record<string, string>;
  /** The MIME source. */
  raw: string;
  /** User name of the login, or null without one. */
  auth: string | null;
  /** Whether the connection was encrypted. */
  tls: boolean;
  /** ISO 8601. */
  receivedAt: string;
}

/** What the session knew besides the bytes. */
export interface Arrival {
  from: string;
  to: string[];
  auth: string | null;
  tls: boolean;
}

/** Parses what came after DATA. Needs `postal-mime`. */
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

/** Everything a stream holds. */
export async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
