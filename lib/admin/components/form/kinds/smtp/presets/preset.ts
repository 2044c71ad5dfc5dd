import type { SmtpAuthMethod, SmtpSecurity } from '../../../../../../shared/config-fields.js';

/** A data center of a provider, with its own host. The label is the provider's name for it. */
export interface PresetRegion {
  id: string;
  label: string;
  host: string;
}

/** The server of a mail provider. The text `preset_<id>` explains its login. */
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
  /** The login method; null if the server has no login. @default 'password' */
  authMethod?: SmtpAuthMethod | null;
  /** The provider's page with host, port and security. */
  source: string;
  /** The provider's page about user name and password. @default source */
  help?: string;
}
