import type { SmtpAuthMethod, SmtpSecurity } from '../../../../../../shared/config-fields.js';

/** One of a provider's data centres, each with a host of its own. The label is the provider's own name for it. */
export interface PresetRegion {
  id: string;
  label: string;
  host: string;
}

/** A provider of outgoing mail: where its server is. Its words about the login are the text `preset_<id>`. */
export interface Preset {
  id: string;
  name: string;
  group: 'mailbox' | 'delivery' | 'own';
  /** The host of the first region, if the provider has regions. */
  host: string;
  port: string;
  security: SmtpSecurity;
  regions?: readonly PresetRegion[];
  /** Other hosts it is recognised by. */
  aliases?: readonly string[];
  /** The user name, where it is the same for everybody. */
  username?: string;
  /** The login method; null if the server takes no login. @default 'password' */
  authMethod?: SmtpAuthMethod | null;
  /** The provider's page that names host, port and security. */
  source: string;
  /** The provider's page about user name and password. @default source */
  help?: string;
}
