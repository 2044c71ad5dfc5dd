import type { SmtpAuthMethod, SmtpSecurity } from '../../../../../../shared/config-fields.js';

/** A data center of a provider, with its own host. The label is the provider's name for it. */
export interface PresetRegion {
  id: string;
  label: string;
  host: string;
}

/**
 * The server of a mail provider. Its texts stand beside the fields they are about: `preset_<id>_username`, `preset_<id>_password` and
 * `preset_<id>_region`, and `preset_<id>` beside the provider itself. All are optional.
 */
export interface Preset {
  id: string;
  name: string;
  group: 'mailbox' | 'delivery' | 'own';
  /** The host of the first region, if the provider has regions. */
  host: string;
  port: string;
  security: SmtpSecurity;
  regions?: readonly PresetRegion[];
  /** Other hosts by which it is recognized. */
  aliases?: readonly string[];
  /** The user name, if it is the same for all customers. */
  username?: string;
  /** True if the password may be an app password. */
  appPassword?: true;
  /** The login method; null if the server has no login. @default 'password' */
  authMethod?: SmtpAuthMethod | null;
  /** The provider's page with host, port and security. */
  source: string;
  /** The provider's page about user name and password. @default source */
  help?: string;
}
