import type { ReasonValues } from './mail-error.js';

/** The kinds of configuration. A kind's folder under `config/kinds/` holds all that differs between them. */
export const CONFIG_TYPES = ['generic', 'ms_graph'] as const;
export type SmtpConfigType = (typeof CONFIG_TYPES)[number];

/** The protection of a connection: `starttls` and `tls` never fall back to less, `none` never encrypts. */
export const SECURITIES = ['starttls', 'tls', 'none'] as const;
export type SmtpSecurity = (typeof SECURITIES)[number];

/** The login of a configuration: with a password, or as an app of Microsoft 365. */
export const AUTH_METHODS = ['password', 'oauth2'] as const;
export type SmtpAuthMethod = (typeof AUTH_METHODS)[number];

/** The login mechanisms (SASL) of each login method, the best first where the connection is encrypted. */
export const AUTH_MECHANISMS = {
  password: ['PLAIN', 'LOGIN', 'SCRAM-SHA-256', 'CRAM-MD5'],
  oauth2: ['XOAUTH2', 'OAUTHBEARER'],
} as const satisfies Record<SmtpAuthMethod, readonly string[]>;
export type SmtpAuthMechanism = (typeof AUTH_MECHANISMS)[SmtpAuthMethod][number];

/** True if a login method can use a mechanism. Neither has to be a known one. */
export const fitsMethod = (mechanism: unknown, method: SmtpAuthMethod): mechanism is SmtpAuthMechanism =>
  Object.hasOwn(AUTH_MECHANISMS, method) && AUTH_MECHANISMS[method].some((known) => known === mechanism);

/**
 * The states of a configuration, those that need attention first. `test_failed`: the last test failed, and no mail was sent since;
 * `untested`: neither tested nor used since its server, its login or its From address last changed.
 */
export const CONFIG_HEALTHS = ['failing', 'test_failed', 'untested', 'working', 'disabled'] as const;
export type ConfigHealth = (typeof CONFIG_HEALTHS)[number];

/** The port that each security is usually served on (RFC 6409, RFC 8314, RFC 5321). */
export const SECURITY_PORTS: Record<SmtpSecurity, number> = { starttls: 587, tls: 465, none: 25 };

interface Common {
  /** Decides where a secret is sent: a stored secret is bound to it, and after a change the secret must be entered again. */
  destination?: true;
  /** Lets the list be filtered by text anywhere in it, or by the exact value. */
  filter?: 'contains' | 'exact';
  /** Included in the search of the list. */
  searched?: true;
  sortable?: true;
  /** The kinds of configuration that have it; it is null in the others. @default all */
  kinds?: readonly SmtpConfigType[];
  /** Decides whether a test succeeds: after a change, older tests and mail say nothing about it. */
  tested?: true;
  /** Says how to connect to the server: a test, a delivery, and looking up its security and certificates use it alike. */
  connection?: true;
  /** Set by the application, never by an admin. */
  readOnly?: true;
}

/** An entry of the field table. */
export type ConfigField = Common &
  (
    | {
        value: 'text';
        blank: string | null;
        maxLength: number;
        multiline?: true;
        /** PEM certificates, which are compared and recorded by their fingerprints. */ pem?: true;
      }
    | { value: 'flag'; blank: boolean }
    | {
        value: 'number';
        blank: number | null;
        min: number;
        max: number;
        /** The code of a value out of range. @default 'not_a_number' */ problem?: string;
      }
    | { value: 'choice'; blank: string | null; choices: readonly string[] }
    | { value: 'list'; blank: readonly string[]; maxEntries: number; maxLength: number }
    | { value: 'date'; blank: null }
    /** Values by name. */
    | { value: 'values'; blank: null }
    /** Entered and sealed into the row, or the key of a source: see {@link secretParts}. */
    | {
        value: 'secret';
        maxLength: number;
        multiline?: true;
        /** The fields that decide where it is sent. @default every field with `destination` */
        sentTo?: readonly string[];
      }
  );

const SMTP = ['generic'] as const satisfies readonly SmtpConfigType[];

/**
 * Every field of a configuration, in the order in which fields are listed. The sets of fields, the checks of limits, the blank
 * configuration, the destination of secrets, the properties of the panel and the form's draft are derived from it. The entity, its
 * migration, the place in the form and the texts are written by hand; the compiler reports an entity that does not match.
 */
export const CONFIG_FIELDS = {
  id: { value: 'text', blank: '', maxLength: 36, readOnly: true },
  /** Unique, whatever its case. Defaults to `default` when the option `single` is on. */
  name: { value: 'text', blank: '', maxLength: 50, filter: 'contains', searched: true, sortable: true },
  /** The kind of configuration. */
  type: { value: 'choice', blank: 'generic', choices: CONFIG_TYPES, destination: true, filter: 'exact', sortable: true },
  /** Mail that names no configuration is sent through the default. */
  isDefault: { value: 'flag', blank: false, filter: 'exact' },
  /** Nothing is sent through a disabled configuration. */
  enabled: { value: 'flag', blank: true, filter: 'exact', sortable: true },
  fromName: { value: 'text', blank: null, maxLength: 255, filter: 'contains', searched: true },
  /** Defaults to the user name when that is an address. */
  fromAddress: { value: 'text', blank: null, maxLength: 320, tested: true, filter: 'contains', searched: true, sortable: true },
  replyTo: { value: 'text', blank: null, maxLength: 640 },
  /** Appended to every message. */
  signature: { value: 'text', blank: null, maxLength: 250, multiline: true },
  description: { value: 'text', blank: null, maxLength: 1000, multiline: true, filter: 'contains' },
  host: { value: 'text', blank: null, maxLength: 255, destination: true, kinds: SMTP, filter: 'contains', searched: true, sortable: true },
  port: {
    value: 'number',
    blank: SECURITY_PORTS.starttls,
    min: 1,
    max: 65_535,
    problem: 'port_range',
    destination: true,
    kinds: SMTP,
    sortable: true,
  },
  security: {
    value: 'choice',
    blank: 'starttls',
    choices: SECURITIES,
    destination: true,
    kinds: SMTP,
    filter: 'exact',
    sortable: true,
  },
  authRequired: { value: 'flag', blank: true, tested: true },
  /** `oauth2` signs in at Microsoft as an app. @default 'password' for SMTP, 'oauth2' for Microsoft Graph */
  authMethod: { value: 'choice', blank: 'password', choices: AUTH_METHODS, destination: true },
  /** The login mechanism to use at the server. @default the best one that the server offers */
  authMechanism: {
    value: 'choice',
    blank: null,
    choices: [...AUTH_MECHANISMS.password, ...AUTH_MECHANISMS.oauth2],
    tested: true,
    kinds: SMTP,
  },
  /** For Microsoft 365, the address of the mailbox. */
  username: { value: 'text', blank: null, maxLength: 320, destination: true, filter: 'contains', searched: true },
  password: { value: 'secret', maxLength: 1024 },
  /** GUID, or a domain of the tenant. */
  tenantId: { value: 'text', blank: null, maxLength: 255, destination: true },
  /** GUID of the app. */
  clientId: { value: 'text', blank: null, maxLength: 255, destination: true },
  clientSecret: { value: 'secret', maxLength: 1024 },
  /** A name of the option `graph.clouds`. */
  graphCloud: { value: 'text', blank: null, maxLength: 16, destination: true },
  /** PEM certificates of a private CA, trusted in addition to the well-known ones. */
  caCertificate: { value: 'text', blank: null, maxLength: 60_000, multiline: true, pem: true, destination: true, kinds: SMTP },
  /** The name for SNI and for the certificate check. @default the host */
  tlsServerName: { value: 'text', blank: null, maxLength: 255, destination: true, connection: true, kinds: SMTP },
  /** The only certificate to accept from the server, whatever its names and its issuer. */
  pinnedCertificate: {
    value: 'text',
    blank: null,
    maxLength: 20_000,
    multiline: true,
    pem: true,
    destination: true,
    connection: true,
    kinds: SMTP,
  },
  /** The certificate that this machine presents to the server, followed by its intermediate authorities. */
  clientCertificate: { value: 'text', blank: null, maxLength: 60_000, multiline: true, pem: true, destination: true, kinds: SMTP },
  /** The private key of the client certificate. */
  clientKey: { value: 'secret', maxLength: 16_000, multiline: true, kinds: SMTP },
  /** The address that bounces go to (MAIL FROM). @default the From address of the message */
  envelopeFrom: { value: 'text', blank: null, maxLength: 320, tested: true, kinds: SMTP },
  /** The name in EHLO. @default the option `ehloName`, the machine's fully qualified name, or the domain of the From address */
  ehloName: { value: 'text', blank: null, maxLength: 255, connection: true, kinds: SMTP },
  /** Multiplies the deadlines of every session, for slow servers. */
  timeoutScale: { value: 'number', blank: 1, min: 1, max: 10, connection: true, kinds: SMTP },
  /** The IP address of this machine that connections are made from. @default the one that the operating system chooses */
  localAddress: { value: 'text', blank: null, maxLength: 45, connection: true, kinds: SMTP },
  /** The proxy that connections go through: `http://host:port`, `https://host:port` or `socks5://host:port`. */
  proxyUrl: { value: 'text', blank: null, maxLength: 300, destination: true, connection: true, kinds: SMTP },
  proxyUser: { value: 'text', blank: null, maxLength: 255, connection: true, kinds: SMTP },
  proxyPassword: { value: 'secret', maxLength: 255, sentTo: ['proxyUrl'] },
  cc: { value: 'list', blank: [], maxEntries: 50, maxLength: 640 },
  bcc: { value: 'list', blank: [], maxEntries: 50, maxLength: 640 },
  /** Keys of the activities whose mail is copied to `cc` and `bcc`. */
  copyActivities: { value: 'list', blank: [], maxEntries: 200, maxLength: 64 },
  /** Connections open at the same time; with Microsoft Graph, messages sent at the same time. */
  maxConnections: { value: 'number', blank: 5, min: 1, max: 50 },

  /** Its state according to everything that is known from tests, mail and failures. */
  health: { value: 'choice', blank: 'untested', choices: CONFIG_HEALTHS, readOnly: true, sortable: true },
  lastTestStatus: { value: 'choice', blank: null, choices: ['ok', 'failed'], readOnly: true },
  lastTestAt: { value: 'date', blank: null, readOnly: true, sortable: true },
  /** Milliseconds. */
  lastTestMs: { value: 'number', blank: null, min: 0, max: Number.MAX_SAFE_INTEGER, readOnly: true },
  lastTestError: { value: 'text', blank: null, maxLength: 1000, readOnly: true },
  /** The key of the failure's reason, if it is known, and the values of its sentences. */
  lastTestReason: { value: 'text', blank: null, maxLength: 64, readOnly: true },
  lastTestValues: { value: 'values', blank: null, readOnly: true },
  /** The time when a server last accepted mail, at most a minute old. */
  lastSentAt: { value: 'date', blank: null, readOnly: true },
  /** The messages a minute that its server takes, as it was last learned from its refusals; null if it limits none. */
  pacePerMinute: { value: 'number', blank: null, min: 1, max: Number.MAX_SAFE_INTEGER, readOnly: true },
  /** The connections that its server accepts at the same time; null if they are not fewer than the configuration's. */
  paceConnections: { value: 'number', blank: null, min: 1, max: 50, readOnly: true },
  /** The version of TLS that a test or a delivery last negotiated, such as `TLS 1.3`. */
  tlsVersion: { value: 'text', blank: null, maxLength: 16, readOnly: true },
  /** The expiry of the server's certificate, as a test or a delivery last saw it. */
  certificateExpiresAt: { value: 'date', blank: null, readOnly: true },
  /** The earliest expiry of its own CA certificates. */
  caExpiresAt: { value: 'date', blank: null, readOnly: true },
  /** The time since which its server or login has been failing; null while it works, and after a change. */
  failingSince: { value: 'date', blank: null, readOnly: true },
  failingError: { value: 'text', blank: null, maxLength: 1000, readOnly: true },
  /** The key of the reason, if it is known, and the values of its sentences. */
  failingReason: { value: 'text', blank: null, maxLength: 64, readOnly: true },
  failingValues: { value: 'values', blank: null, readOnly: true },
  /** The field to correct while it fails; null if none is wrong, such as when the server is probably down. */
  failingField: { value: 'text', blank: null, maxLength: 64, readOnly: true },
  /** The last failure that is over: its start, its end, its error and its reason. */
  lastFailureSince: { value: 'date', blank: null, readOnly: true },
  lastFailureUntil: { value: 'date', blank: null, readOnly: true },
  lastFailureError: { value: 'text', blank: null, maxLength: 1000, readOnly: true },
  lastFailureReason: { value: 'text', blank: null, maxLength: 64, readOnly: true },
  lastFailureValues: { value: 'values', blank: null, readOnly: true },
  /** Keys of the activities that use it. */
  usedBy: { value: 'list', blank: [], maxEntries: 200, maxLength: 64, readOnly: true },
  /** Names a text about its login; null without a warning. */
  loginWarning: { value: 'text', blank: null, maxLength: 64, readOnly: true },
  /** Increases with each save. An update that names another version is rejected. */
  version: { value: 'number', blank: 0, min: 0, max: Number.MAX_SAFE_INTEGER, readOnly: true },
  /** The version in which the server, the login or the From address last changed. Older tests and mail say nothing about it. */
  connectionVersion: { value: 'number', blank: 0, min: 0, max: Number.MAX_SAFE_INTEGER, readOnly: true },
  createdAt: { value: 'date', blank: null, readOnly: true, sortable: true },
  updatedAt: { value: 'date', blank: null, readOnly: true, sortable: true },
} as const satisfies Record<string, ConfigField>;

type Fields = typeof CONFIG_FIELDS;
/** The names of the fields that have all of these properties. */
type NamesWhere<Properties> = { [Name in keyof Fields]: Fields[Name] extends Properties ? Name : never }[keyof Fields];

/** A secret that a configuration can have. */
export type SecretColumn = NamesWhere<{ value: 'secret' }>;
/** A field that only the application sets. */
export type FactName = NamesWhere<{ readOnly: true }>;
/** A field that an admin sets, other than a secret. */
export type SettingName = Exclude<keyof Fields, SecretColumn | FactName>;
/** The fields of a secret: the secret itself, the source it comes from, and its key there. */
export type SecretPart = SecretColumn | `${SecretColumn}Source` | `${SecretColumn}Ref`;
/** A setting of this kind of value. */
export type SettingOf<Value extends ConfigField['value']> = Extract<NamesWhere<{ value: Value }>, SettingName>;
/** A field of PEM certificates. */
export type CertificateName = NamesWhere<{ pem: true }>;
export type DestinationName = NamesWhere<{ destination: true }>;
/** A field that says where a configuration sends, in words that a reader understands: a certificate is not among them. */
export type TargetName = Exclude<DestinationName, CertificateName>;
export type ConnectionName = NamesWhere<{ connection: true }>;
export type TestedName = NamesWhere<{ tested: true }> | ConnectionName;
export type SortName = NamesWhere<{ sortable: true }>;
export type FilterName = NamesWhere<{ filter: 'contains' | 'exact' }>;
export type ContainsName = NamesWhere<{ filter: 'contains' }>;

type OrNull<F> = F extends { blank: null } | { kinds: readonly SmtpConfigType[] } ? null : never;
type ValueOf<F> = F extends { value: 'choice'; choices: readonly (infer Choice)[] }
  ? Choice | OrNull<F>
  : F extends { value: 'flag' }
    ? boolean
    : F extends { value: 'number' }
      ? number | OrNull<F>
      : F extends { value: 'list' }
        ? string[]
        : F extends { value: 'date' }
          ? Date | OrNull<F>
          : F extends { value: 'values' }
            ? ReasonValues
            : string | OrNull<F>;

/** The settings of a configuration in their types, without its secrets. */
export type ConfigSettings = { -readonly [Name in keyof Fields as Extract<Name, SettingName>]: ValueOf<Fields[Name]> };

/** The fields that only the application sets, in their types. */
export type ConfigFacts = { [Name in keyof Fields as Extract<Name, FactName>]: ValueOf<Fields[Name]> };

const entries = Object.entries(CONFIG_FIELDS) as [keyof Fields, ConfigField][];
/** Returns the names of the fields that match. The caller casts them to the type that its condition implies. */
const namesWhere = (matches: (field: ConfigField) => boolean): readonly (keyof Fields)[] =>
  entries.filter(([, field]) => matches(field)).map(([name]) => name);

export const SECRET_COLUMNS = namesWhere(({ value }) => value === 'secret') as readonly SecretColumn[];
export const FACT_NAMES = namesWhere(({ readOnly = false }) => readOnly) as readonly FactName[];
export const SETTING_NAMES = namesWhere(({ value, readOnly = false }) => value !== 'secret' && !readOnly) as readonly SettingName[];
export const DESTINATION_NAMES = namesWhere(({ destination = false }) => destination) as readonly DestinationName[];
export const CERTIFICATE_NAMES = namesWhere((field) => field.value === 'text' && field.pem === true) as readonly CertificateName[];
export const isCertificateName = (name: string): name is CertificateName => CERTIFICATE_NAMES.some((known) => known === name);
export const TARGET_NAMES = DESTINATION_NAMES.filter((name): name is TargetName => !isCertificateName(name));
/** Returns the fields that decide where a secret is sent: a stored one is bound to them. */
export function destinationNames(secret: SecretColumn): readonly DestinationName[] {
  const field: ConfigField = CONFIG_FIELDS[secret];
  const sentTo = field.value === 'secret' ? field.sentTo : undefined;
  return sentTo ? DESTINATION_NAMES.filter((name) => sentTo.includes(name)) : DESTINATION_NAMES;
}
export const CONNECTION_NAMES = namesWhere(({ connection = false }) => connection) as readonly ConnectionName[];
export const TESTED_NAMES = namesWhere(({ tested = false, connection = false }) => tested || connection) as readonly TestedName[];
export const SORT_NAMES = namesWhere(({ sortable = false }) => sortable) as readonly SortName[];
export const FILTER_NAMES = namesWhere(({ filter }) => filter !== undefined) as readonly FilterName[];
export const CONTAINS_NAMES = namesWhere(({ filter }) => filter === 'contains') as readonly ContainsName[];
export const SEARCHED_NAMES = namesWhere(({ searched = false }) => searched) as readonly ContainsName[];

/** Returns the settings of one kind of value. */
export const settingsOf = <Value extends ConfigField['value']>(value: Value): readonly SettingOf<Value>[] =>
  namesWhere((field) => field.value === value && field.readOnly !== true) as readonly SettingOf<Value>[];

/** Returns the names of the fields of a secret. */
export const secretParts = <Name extends SecretColumn>(name: Name): readonly [Name, `${Name}Source`, `${Name}Ref`] => [
  name,
  `${name}Source`,
  `${name}Ref`,
];

/** Returns the name of the field that says whether a secret is sealed in the row. */
export const hasSecretName = <Name extends SecretColumn>(name: Name): `has${Capitalize<Name>}` =>
  `has${name[0]!.toUpperCase()}${name.slice(1)}` as `has${Capitalize<Name>}`;

/** Returns the field that a problem or a change belongs to: `cc` for `cc.1`, the secret for its source and its key. */
export function fieldOf(path: string): string {
  const [field = path] = path.split('.');
  return SECRET_COLUMNS.find((name) => secretParts(name).some((part) => part === field)) ?? field;
}

/** True if configurations of this kind have the field. */
export function hasField(type: unknown, name: keyof Fields): boolean {
  const { kinds }: ConfigField = CONFIG_FIELDS[name];
  return !kinds || kinds.some((kind) => kind === type);
}

/** Returns the settings of a new configuration. */
export function blankSettings(): ConfigSettings {
  return Object.fromEntries(
    SETTING_NAMES.map((name) => {
      const { blank } = CONFIG_FIELDS[name];
      return [name, Array.isArray(blank) ? [...blank] : blank];
    }),
  ) as unknown as ConfigSettings;
}
