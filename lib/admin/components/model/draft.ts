import { SECRET_COLUMNS, STORED, type SecretColumn } from './secret.js';
import type { AuthMethod, ConfigType, Params, Security } from './types.js';

/** What stands in the form, as typed. */
export interface Draft {
  name: string;
  type: ConfigType;
  isDefault: boolean;
  enabled: boolean;
  fromName: string;
  fromAddress: string;
  replyTo: string;
  signature: string;
  description: string;
  host: string;
  port: string;
  security: Security;
  authRequired: boolean;
  authMethod: AuthMethod;
  username: string;
  /** As typed. Empty keeps what is saved, here and in the other secret. */
  password: string;
  passwordSource: string;
  /** The key as chosen here. Empty keeps the saved one. */
  passwordRef: string;
  tenantId: string;
  clientId: string;
  clientSecret: string;
  clientSecretSource: string;
  clientSecretRef: string;
  graphCloud: string;
  caCertificate: string;
  cc: string[];
  bcc: string[];
  copyActivities: string[];
  maxConnections: string;
}

/** What is saved of a secret: whether one is sealed in the row, or the key in its source. */
export interface SavedSecret {
  has: boolean;
  source: string;
  ref: string;
}

/** A saved configuration: its fields as a draft, and what only the server knows. */
export interface SavedConfig {
  id: string;
  draft: Draft;
  version: number;
  secrets: Record<SecretColumn, SavedSecret>;
  /** Names a text `warning_…` about the way it logs in; empty when there is nothing to say. */
  loginWarning: string;
  usedBy: string[];
  lastTestStatus: 'ok' | 'failed' | null;
  lastTestAt: string | null;
  lastTestError: string | null;
  failingSince: string | null;
  failingError: string | null;
  lastTestMs: number | null;
  /** What a test last saw of the server's encryption, and when the first of the own CA certificates ends. */
  tlsVersion: string | null;
  certificateExpiresAt: string | null;
  caExpiresAt: string | null;
}

/** The form of a configuration that does not exist yet: STARTTLS on 587 with a login. */
export const EMPTY_DRAFT: Draft = {
  name: '',
  type: 'generic',
  isDefault: false,
  enabled: true,
  fromName: '',
  fromAddress: '',
  replyTo: '',
  signature: '',
  description: '',
  host: '',
  port: '587',
  security: 'starttls',
  authRequired: true,
  authMethod: 'password',
  username: '',
  password: '',
  passwordSource: STORED,
  passwordRef: '',
  tenantId: '',
  clientId: '',
  clientSecret: '',
  clientSecretSource: STORED,
  clientSecretRef: '',
  graphCloud: '',
  caCertificate: '',
  cc: [],
  bcc: [],
  copyActivities: [],
  maxConnections: '5',
};

/** Microsoft takes so many mails of a mailbox at once (learn.microsoft.com/graph/throttling-limits). */
export const MAX_GRAPH_CONNECTIONS = 4;

/** What a number of connections comes to with Microsoft Graph: more of them are never opened. */
export const graphConnections = (typed: string): string => (Number(typed) > MAX_GRAPH_CONNECTIONS ? String(MAX_GRAPH_CONNECTIONS) : typed);

const text = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');
const textOrNull = (value: unknown): string | null => text(value) || null;
const flag = (value: unknown): boolean => value === true || value === 'true';

function list(params: Params, name: string): string[] {
  if (Array.isArray(params[name])) return (params[name] as unknown[]).map(text);
  const entries: string[] = [];
  while (params[`${name}.${entries.length}`] !== undefined) entries.push(text(params[`${name}.${entries.length}`]));
  return entries;
}

const savedSecret = (has: unknown, source: unknown, ref: unknown): SavedSecret => ({
  has: flag(has),
  source: text(source) || STORED,
  ref: text(ref),
});

/** Reads the flattened params of a record; its secrets are never among them. */
export function readConfig(params: Params): SavedConfig {
  const security = text(params.security);
  const type = params.type === 'ms_graph' ? 'ms_graph' : 'generic';
  const maxConnections = text(params.maxConnections) || EMPTY_DRAFT.maxConnections;
  const password = savedSecret(params.hasPassword, params.passwordSource, params.passwordRef);
  const clientSecret = savedSecret(params.hasClientSecret, params.clientSecretSource, params.clientSecretRef);
  return {
    id: text(params.id),
    version: Number(params.version ?? 0),
    secrets: { password, clientSecret },
    loginWarning: text(params.loginWarning),
    usedBy: list(params, 'usedBy'),
    lastTestStatus: params.lastTestStatus === 'ok' || params.lastTestStatus === 'failed' ? params.lastTestStatus : null,
    lastTestAt: textOrNull(params.lastTestAt),
    lastTestError: textOrNull(params.lastTestError),
    failingSince: textOrNull(params.failingSince),
    failingError: textOrNull(params.failingError),
    tlsVersion: textOrNull(params.tlsVersion),
    certificateExpiresAt: textOrNull(params.certificateExpiresAt),
    caExpiresAt: textOrNull(params.caExpiresAt),
    lastTestMs:
      params.lastTestMs === null || params.lastTestMs === undefined || params.lastTestMs === '' ? null : Number(params.lastTestMs),
    draft: {
      name: text(params.name),
      type,
      isDefault: flag(params.isDefault),
      enabled: params.enabled === undefined ? true : flag(params.enabled),
      fromName: text(params.fromName),
      fromAddress: text(params.fromAddress),
      replyTo: text(params.replyTo),
      signature: text(params.signature),
      description: text(params.description),
      host: text(params.host),
      port: text(params.port),
      security: security === 'tls' || security === 'none' ? security : 'starttls',
      authRequired: params.authRequired === undefined ? true : flag(params.authRequired),
      authMethod: params.authMethod === 'oauth2' ? 'oauth2' : 'password',
      username: text(params.username),
      password: '',
      passwordSource: password.source,
      passwordRef: '',
      tenantId: text(params.tenantId),
      clientId: text(params.clientId),
      clientSecret: '',
      clientSecretSource: clientSecret.source,
      clientSecretRef: '',
      graphCloud: text(params.graphCloud),
      caCertificate: text(params.caCertificate),
      cc: list(params, 'cc'),
      bcc: list(params, 'bcc'),
      copyActivities: list(params, 'copyActivities'),
      maxConnections: type === 'ms_graph' ? graphConnections(maxConnections) : maxConnections,
    },
  };
}

/** The secrets that are sealed in its row. */
export const storedSecrets = ({ secrets }: SavedConfig): SecretColumn[] => SECRET_COLUMNS.filter((column) => secrets[column].has);

/** Whether leaving now would lose something. */
export const isDirty = (draft: Draft, before: Draft): boolean => JSON.stringify(draft) !== JSON.stringify(before);

/** The field an error belongs to: `cc` for `cc.1`, the secret for its source and its key. */
export const rootOf = (field: string): string => (field.split('.')[0] ?? field).replace(/^(password|clientSecret)(Source|Ref)$/, '$1');
