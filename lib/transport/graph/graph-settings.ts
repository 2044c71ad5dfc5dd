import type { MicrosoftCloud } from '../../options/graph.js';
import type { HttpsTimeouts } from './https-client.js';

/** Everything needed to send as one mailbox through Microsoft Graph. Holds the opened secrets: never log it. */
export interface GraphSettings {
  cloud: MicrosoftCloud;
  /** GUID or domain. */
  tenantId: string;
  clientId: string;
  clientSecret: string;
  /** Address of the mailbox mail leaves from. */
  mailbox: string;
  /** Signs in as the mailbox's owner. @default as the app itself */
  password?: string;
  /** The From address of the configuration. One that differs was given by the message. */
  sender: string;
  /** PEM certificates trusted in addition to Node's own roots. */
  ca: readonly string[];
  /** Messages sent at once, at most four (Outlook's limit for an app and a mailbox). */
  maxConnections: number;
  timeouts?: Partial<HttpsTimeouts>;
}

/** Where a mailbox's requests go. Nothing in its address leads elsewhere. */
export function mailboxPath({ mailbox }: GraphSettings): string {
  return `/users/${encodeURIComponent(mailbox)}`;
}
