import type { SmtpSecurity } from './config-fields.js';

/** Names a text of the screens (`warning_…`). */
export type LoginWarning = 'microsoft_password';

/** Everything that depends on a configuration at the moment. */
export interface ConfigUsage {
  isDefault: boolean;
  /** Keys of the activities that chose it. */
  usedBy: string[];
  /** Number of messages that wait for it. */
  waiting: number;
  /** Those of them that wait for it as the default. */
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
 * `default`: none is chosen, so the default is used; with `no_default` and `default_disabled` that does not work just now.
 * `gone`: the chosen one was deleted. Mail that has nothing to leave through does not leave through another.
 */
export type ActivityConfigState = 'default' | 'no_default' | 'default_disabled' | 'ok' | 'disabled' | 'gone';

/** An activity and the configuration that sends its mail. */
export interface SmtpActivityView extends Activity {
  /** False for a key that only a row remembers: the code no longer declares it. */
  declared: boolean;
  configId: string | null;
  /** Of the chosen configuration, or of the default one where none is chosen. */
  configName: string | null;
  configState: ActivityConfigState;
}

/** The options of the host that the screens need; the same for every admin, and none of them secret. */
export interface ScreenSettings {
  appName: string;
  activities: Activity[];
  secretSources: { id: string; label: string }[];
  /** False without an encryption key: no secret can be stored. */
  storedSecrets: boolean;
  /** One configuration, without a name, and one page for it. */
  single: boolean;
  passwordOnUpdate: 'keep' | 'retype';
  allowPlaintext: boolean;
  allowPlaintextAuth: boolean;
  allowAnonymousTls: boolean;
  /** The clouds of Microsoft 365 to choose from. */
  graphClouds: { id: string; label: string }[];
  /** The cloud that is used when none is chosen. */
  defaultCloud: string;
  /** Whether Microsoft Graph may be used with a user's password. */
  allowPasswordGrant: boolean;
  /** Servers of Microsoft, which is retiring password sign-in: the form warns of them as `loginWarning` does of what is stored. */
  microsoftSmtpHosts: readonly string[];
}
