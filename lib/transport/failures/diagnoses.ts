import { COMPOSE_DIAGNOSES } from '../../message/diagnoses.js';
import { SECRET_DIAGNOSES } from '../../secret/diagnoses.js';
import { type Diagnosis, errorsOf } from '../../shared/diagnosis.js';
import type { ReasonValues } from '../../shared/mail-error.js';
import { SECURITY_PORTS, type SmtpSecurity } from '../../shared/config-fields.js';
import { CONFIG_DIAGNOSES } from './diagnoses/config.js';
import { CONNECTION_DIAGNOSES } from './diagnoses/connection.js';
import { LOGIN_DIAGNOSES } from './diagnoses/login.js';
import { MESSAGE_DIAGNOSES } from './diagnoses/message.js';
import { MICROSOFT_DIAGNOSES } from './diagnoses/microsoft.js';
import { PROXY_DIAGNOSES } from './diagnoses/proxy.js';
import { OUTBOX_DIAGNOSES } from './diagnoses/outbox.js';
import { TLS_DIAGNOSES } from './diagnoses/tls.js';

/** Every failure of a configuration, a secret, a mail server, Microsoft or a message, by reason. */
export const DIAGNOSES = {
  ...CONFIG_DIAGNOSES,
  ...CONNECTION_DIAGNOSES,
  ...PROXY_DIAGNOSES,
  ...TLS_DIAGNOSES,
  ...LOGIN_DIAGNOSES,
  ...MESSAGE_DIAGNOSES,
  ...MICROSOFT_DIAGNOSES,
  ...COMPOSE_DIAGNOSES,
  ...SECRET_DIAGNOSES,
  ...OUTBOX_DIAGNOSES,
} satisfies Record<string, Diagnosis>;

/** A key of {@link DIAGNOSES}: stable, so that programs and translations can rely on it. */
export type FailureReason = keyof typeof DIAGNOSES;

/** Builds the error of a diagnosis, in English. */
export const diagnosedError = errorsOf(DIAGNOSES);

/** Returns the field that needs fixing, and a connection that probably works, if any. */
export function remedyTarget(
  reason: string | undefined,
  { port, field: ofValues }: ReasonValues,
): { field?: string; offer?: { security: SmtpSecurity; port: number } } {
  const { field, offer } = (DIAGNOSES as Record<string, Diagnosis>)[reason ?? ''] ?? {};
  // If the reason may concern several fields, the error names the one.
  if (!offer) return { field: field ?? (typeof ofValues === 'string' ? ofValues : undefined) };
  // Port 465 is for SSL/TLS only; ports 587 and 25 never are.
  const isOther = offer.security === 'starttls' ? port === 465 : port === 587 || port === 25;
  const same = isOther ? SECURITY_PORTS[offer.security] : Number(port);
  return { field, offer: { security: offer.security, port: offer.port ?? same } };
}
