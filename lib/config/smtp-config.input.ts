import type { ConfigFacts, ConfigSettings, SecretColumn, SmtpSecurity } from '../shared/config-fields.js';
import type { LoginWarning } from '../shared/smtp-config.js';
import type { SmtpConfig } from './smtp-config.entity.js';

/** A configuration as it is shown: everything but its secrets. */
export interface SmtpConfigView
  extends Omit<SmtpConfig, 'nameKey' | `${SecretColumn}Cipher`>, Omit<ConfigFacts, keyof SmtpConfig | 'loginWarning'> {
  isDefault: boolean;
  hasPassword: boolean;
  hasClientSecret: boolean;
  /** A warning about the way it logs in; null if there is none. */
  loginWarning: LoginWarning | null;
}

/** The fields of a secret: the secret itself, the source it comes from, and its key there. A blank secret keeps the stored one while the destination is unchanged. */
type SecretInput = { [Field in SecretColumn | `${SecretColumn}Ref`]?: string | null } & { [Field in `${SecretColumn}Source`]?: string };

/**
 * The fields that can be written. A field that is left out keeps its value, or takes its default in a new configuration; `null`
 * and `''` empty it.
 */
export interface SmtpConfigInput extends Partial<Omit<ConfigSettings, 'security'>>, SecretInput {
  /** `auto` asks the server, without credentials, and stores the answer. */
  security?: SmtpSecurity | 'auto';
  /** The version that was read. The update is refused if another one is stored. */
  version?: number;
}
