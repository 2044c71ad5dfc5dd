/** Whether and how the connection is encrypted. */
export type Security = 'starttls' | 'tls' | 'none';

/** Flattened values of a record, as AdminJS sends them. */
export type Params = Record<string, unknown>;

/** What is wrong with one field: a code that has a text of its own, and the server's sentence. */
export interface FieldError {
  type?: string;
  message?: string;
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
  passwordOnUpdate: 'keep' | 'retype';
  allowPlaintext: boolean;
  allowPlaintextAuth: boolean;
  allowAnonymousTls: boolean;
}

export const DEFAULT_SETTINGS: ScreenSettings = {
  appName: '',
  activities: [],
  secretSources: [],
  storedSecrets: true,
  passwordOnUpdate: 'keep',
  allowPlaintext: true,
  allowPlaintextAuth: false,
  allowAnonymousTls: false,
};

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
}

export interface Report {
  ok: boolean;
  steps: Step[];
}

export interface Notice {
  message: string;
  type: string;
}
