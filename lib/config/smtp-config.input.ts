import type { ConfigFacts, ConfigSettings, SecretColumn, SmtpSecurity } from '../shared/config-fields.js';
import type { LoginWarning } from '../shared/smtp-config.js';
import type { SmtpConfig } from './smtp-config.entity.js';

/** True for each secret that is stored in the row: `hasPassword`, `hasClientSecret`, `hasClientKey`. */
export type HasSecrets = { [Name in SecretColumn as `has${Capitalize<Name>}`]: boolean };

/** A configuration without its secrets, for reading. */
export interface SmtpConfigView
  extends Omit<SmtpConfig, 'nameKey' | `${SecretColumn}Cipher`>, Omit<ConfigFacts, keyof SmtpConfig | 'loginWarning'>, HasSecrets {
  isDefault: boolean;
  /** A warning about its login; null without one. */
  loginWarning: LoginWarning | null;
}

/** The fields of a secret: the secret itself, the source it comes from, and its key there. A blank secret keeps the stored one while the destination is unchanged. */
export type SecretInput = { [Field in SecretColumn | `${SecretColumn}Ref`]?: string | null } & {
  [Field in `${SecretColumn}Source`]?: string;
};

/**
 * The fields that can be written. A field that is left out keeps its value, or takes its default in a new configuration; `null` and
 * `''` clear it.
 */
export interface SmtpConfigInput extends Partial<Omit<ConfigSettings, 'security'>>, SecretInput {
  /** `auto` detects the security without credentials, and stores the result. */
  security?: SmtpSecurity | 'auto';
  /** The version that was read. The update is rejected if another version is stored. */
  version?: number;
}
