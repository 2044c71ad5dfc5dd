/** Whether and how the connection is encrypted. */
export type Security = 'starttls' | 'tls' | 'none';

/** An SMTP server of any kind, or a mailbox of Microsoft 365 over Microsoft Graph. */
export type ConfigType = 'generic' | 'ms_graph';

/** With a password, or as an app of Microsoft 365. */
export type AuthMethod = 'password' | 'oauth2';

/** Flattened values of a record, as AdminJS sends them. */
export type Params = Record<string, unknown>;

/** What is wrong with one field: a code that has a text of its own, and the server's sentence. */
export interface FieldError {
  type?: string;
  message?: string;
  /** What the text of the code names. */
  values?: Record<string, string>;
}

/** Problems by field name; an entry of a list is named `cc.1`. */
export type FieldErrors = Record<string, FieldError>;

export interface ActivityChoice {
  key: string;
  label: string;
  sensitive: boolean;
}

/** What the host's options say about these screens; the same for every admin. */
export interface ScreenSettings {
  appName: string;
  activities: ActivityChoice[];
  secretSources: { id: string; label: string }[];
  /** False without an encryption key: passwords cannot be stored. */
  storedSecrets: boolean;
  /** There is one configuration, without a name, and one page for it. */
  single: boolean;
  passwordOnUpdate: 'keep' | 'retype';
  allowPlaintext: boolean;
  allowPlaintextAuth: boolean;
  allowAnonymousTls: boolean;
  /** The clouds of Microsoft 365, and the one that is used when none is chosen. */
  graphClouds: { id: string; label: string }[];
  defaultCloud: string;
  allowPasswordGrant: boolean;
  /** Microsoft's own servers, which are about to take no passwords any more. */
  microsoftSmtpHosts: readonly string[];
}

export const DEFAULT_SETTINGS: ScreenSettings = {
  appName: '',
  activities: [],
  secretSources: [],
  storedSecrets: true,
  single: false,
  passwordOnUpdate: 'keep',
  allowPlaintext: true,
  allowPlaintextAuth: false,
  allowAnonymousTls: false,
  graphClouds: [],
  defaultCloud: 'global',
  allowPasswordGrant: false,
  microsoftSmtpHosts: [],
};

/** A way to the server that probably works. */
export interface Offer {
  security: Security;
  port: number;
}

/** What a step found out about the encryption; without `version` it was not accepted. */
export interface TlsFacts {
  version?: string;
  cipher?: string;
  subject: string;
  issuer: string;
  names: string[];
  validFrom: string;
  expiresAt: string;
  verifiedBy?: { kind: 'public' | 'machine' | 'application' | 'configuration'; name: string };
}

/** One step of a connection test, as it finished. */
export interface Step {
  name: string;
  ok: boolean;
  ms: number;
  detail?: string;
  hint?: string;
  /** The server's own words. */
  response?: string;
  /** Of a failed step, e.g. `CERTIFICATE`. */
  code?: string;
  /** Names the texts `cause_…` and `remedy_…` of a failed step. */
  cause?: string;
  /** Names the text `found_…` of one that worked. */
  found?: string;
  /** What those texts name; dates are ISO 8601. */
  values?: Record<string, string | number>;
  /** The field in which the cause is mended. */
  field?: string;
  offer?: Offer;
  tls?: TlsFacts;
  auth?: { offered: string[]; used?: string };
}

export interface Report {
  ok: boolean;
  steps: Step[];
}

export interface Notice {
  message: string;
  type: string;
}
