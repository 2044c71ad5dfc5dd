import type { ConfigHealth, SmtpSecurity } from './config-fields.js';

/** Names a text of the screens (`warning_…`). */
export type LoginWarning = 'microsoft_password';

/** Everything that currently depends on a configuration. */
export interface ConfigUsage {
  isDefault: boolean;
  /** Keys of the activities that chose it. */
  usedBy: string[];
  /** Number of messages that wait for it. */
  waiting: number;
  /** The part of `waiting` that waits for it as the default. */
  waitingForDefault: number;
}

/** The security a server offers, found without credentials. */
export interface DetectedSecurity {
  security: SmtpSecurity;
  port: number;
  /** One sentence for people. */
  detail: string;
}

/** A declared activity, complete. */
export interface Activity {
  key: string;
  label: string;
  sensitive: boolean;
}

/**
 * `default`: no configuration is chosen, so the default is used; with `no_default` and `default_disabled`, mail waits. `deleted`: the
 * chosen configuration was deleted. Mail never falls back to another configuration by itself.
 */
export type ActivityConfigState = 'default' | 'no_default' | 'default_disabled' | 'ok' | 'disabled' | 'deleted';

/** An activity and the configuration that sends its mail. */
export interface SmtpActivityView extends Activity {
  /** False for a key that is only stored: the code no longer declares it. */
  declared: boolean;
  configId: string | null;
  /** The name of the chosen configuration, or of the default if none is chosen. */
  configName: string | null;
  /** The id of that configuration. */
  usedConfigId: string | null;
  /** The health of that configuration. */
  configHealth: ConfigHealth | null;
  configState: ActivityConfigState;
}

/** The application's options that the screens need; the same for every admin, and none of them secret. */
export interface ScreenSettings {
  appName: string;
  activities: Activity[];
  secretSources: { id: string; label: string }[];
  /** False without an encryption key: secrets cannot be stored. */
  storedSecrets: boolean;
  /** One configuration without a name, on a single page. */
  single: boolean;
  /** The roles that may change mail settings; null if a function of the application decides. */
  manageRoles: readonly string[] | null;
  passwordOnUpdate: 'keep' | 'retype';
  allowPlaintext: boolean;
  allowPlaintextAuth: boolean;
  allowAnonymousTls: boolean;
  /** The clouds of Microsoft 365 to choose from. */
  graphClouds: { id: string; label: string }[];
  /** The cloud that is used if none is chosen. */
  defaultCloud: string;
  /** True if Microsoft Graph may be used with a user's password. */
  allowPasswordGrant: boolean;
  /**
   * Microsoft's SMTP servers, where password sign-in is being retired: the form warns about them, as `loginWarning` does about a
   * stored configuration.
   */
  microsoftSmtpHosts: readonly string[];
}
