import { SmtpConfig1790000000000 } from './1790000000000-smtp-config.js';
import { SmtpOutbox1790000000001 } from './1790000000001-smtp-outbox.js';
import { SmtpAudit1790000000002 } from './1790000000002-smtp-audit.js';
import { SmtpConnection1790000000003 } from './1790000000003-smtp-connection.js';
import { SmtpProxy1790000000004 } from './1790000000004-smtp-proxy.js';
import { SmtpPace1790000000005 } from './1790000000005-smtp-pace.js';
import { SmtpCertificates1790000000006 } from './1790000000006-smtp-certificates.js';
import { SmtpClientCertificate1790000000007 } from './1790000000007-smtp-client-certificate.js';

/** The migrations to add to the application's data source, in order. */
export const smtpMigrations = [
  SmtpConfig1790000000000,
  SmtpOutbox1790000000001,
  SmtpAudit1790000000002,
  SmtpConnection1790000000003,
  SmtpProxy1790000000004,
  SmtpPace1790000000005,
  SmtpCertificates1790000000006,
  SmtpClientCertificate1790000000007,
];
