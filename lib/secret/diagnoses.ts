import { MAIL_ERRORS } from '../shared/mail-error.js';
import { diagnosis, errorsOf } from '../shared/diagnosis.js';
import { REMEDIES } from './secret-source.js';

const AGAIN = MAIL_ERRORS.SECRET.remedy;

/** Secrets that cannot be used. The values of an error name the field: the password or the client secret. */
export const SECRET_DIAGNOSES = {
  secret_source_gone: diagnosis('SECRET', 'The secret source "{{source}}" is no longer configured.', AGAIN),
  secret_not_stored: diagnosis('SECRET', 'No password is stored.', AGAIN),
  secret_damaged: diagnosis(
    'SECRET',
    'The stored password can’t be read: it is damaged, or its destination was changed outside this form.',
    AGAIN,
  ),
  secret_key_missing: diagnosis(
    'SECRET',
    'The stored password was encrypted with the key "{{key}}", which this application doesn’t have.',
    AGAIN,
  ),
  secret_not_offered: diagnosis(
    'SECRET',
    '{{source}} does not offer the chosen secret.',
    'Open the configuration and choose another secret.',
  ),
  secret_destination: diagnosis(
    'SECRET',
    '{{source}} does not allow sending the chosen secret to this server.',
    'Open the configuration and choose another secret, or the server it is meant for.',
  ),
  secret_token: diagnosis(
    'SECRET',
    '{{source}} does not allow sending a token created with the chosen secret to this server.',
    'Open the configuration and enter an SMTP server of the chosen cloud, or choose another secret.',
  ),
  secret_own_ca: diagnosis(
    'SECRET',
    '{{source}} does not allow using the chosen secret with the configuration’s private CA or pinned certificate.',
    'Open the configuration and remove the private CA and the pinned certificate, or choose another secret.',
  ),
  // The words of the source say what happened; the reason stands for the kind of failure.
  secret_unreachable: diagnosis('SECRET', '{{words}}', REMEDIES.unreachable),
  secret_forbidden: diagnosis('SECRET', '{{words}}', REMEDIES.forbidden),
  secret_missing: diagnosis('SECRET', '{{words}}', REMEDIES.missing),
  secret_misconfigured: diagnosis('SECRET', '{{words}}', REMEDIES.misconfigured),
};

export const secretError = errorsOf(SECRET_DIAGNOSES);
