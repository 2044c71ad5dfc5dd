import type { MicrosoftCloud } from '../../options/graph.js';
import type { HttpsTimeouts } from '../../io/https-client.js';

/** Everything needed to send as one mailbox through Microsoft Graph. Contains the secrets in plain text: never log it. */
export interface GraphSettings {
  cloud: MicrosoftCloud;
  /** GUID or domain. */
  tenantId: string;
  clientId: string;
  clientSecret: string;
  /** The address of the mailbox that sends. */
  mailbox: string;
  /** Signs in as the mailbox's user. @default as the app itself */
  password?: string;
  /** The From address of the configuration. A different one comes from the message. */
  sender: string;
  /** PEM certificates trusted in addition to Node's own roots. */
  ca: readonly string[];
  /** Messages in flight, at most four (Outlook's limit for an app and a mailbox). */
  maxConnections: number;
  timeouts?: Partial<HttpsTimeouts>;
}

/** Returns the path of a mailbox, encoded so that its address cannot lead to another path. */
export function mailboxPath({ mailbox }: GraphSettings): string {
  return `/users/${encodeURIComponent(mailbox)}`;
}
