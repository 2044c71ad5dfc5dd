export { startInbox, type Inbox, type InboxOptions } from './inbox.js';
export type { InboxMail } from './inbox-mail.js';
export { createPrivateCa, type CertificateOptions, type PrivateCa, type ServerCertificate } from './private-ca.js';
