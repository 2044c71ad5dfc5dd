import type { SmtpConfig } from '../config/smtp-config.entity.js';
import type { SenderSettings } from '../message/compose.js';

/** Returns the settings of a configuration that go into each mail. */
export function senderOf({
  fromName,
  fromAddress,
  envelopeFrom,
  username,
  replyTo,
  signature,
  cc,
  bcc,
  copyActivities,
}: SmtpConfig): SenderSettings {
  return { fromName, fromAddress, envelopeFrom, username, replyTo, signature, cc, bcc, copyActivities };
}
