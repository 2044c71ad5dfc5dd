import type { Params, Security } from './types.js';

/** What stands in the form, as typed. */
export interface Draft {
  name: string;
  type: string;
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
  username: string;
  password: string;
  passwordSource: string;
  passwordRef: string;
  caCertificate: string;
  cc: string[];
  bcc: string[];
  copyActivities: string[];
  maxConnections: string;
}

/** A saved configuration: its fields as a draft, and what only the server knows. */
export interface SavedConfig {
  id: string;
  draft: Draft;
  version: number;
  hasPassword: boolean;
  usedBy: string[];
  lastTestStatus: 'ok' | 'failed' | null;
  lastTestAt: string | null;
  lastTestError: string | null;
  parkedSince: string | null;
  parkedError: string | null;
  lastTestMs: number | null;
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
  username: '',
  password: '',
  passwordSource: 'stored',
  passwordRef: '',
  caCertificate: '',
  cc: [],
  bcc: [],
  copyActivities: [],
  maxConnections: '5',
};

const text = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');
const textOrNull = (value: unknown): string | null => text(value) || null;
const flag = (value: unknown): boolean => value === true || value === 'true';

function list(params: Params, name: string): string[] {
  if (Array.isArray(params[name])) return (params[name] as unknown[]).map(text);
  const entries: string[] = [];
  while (params[`${name}.${entries.length}`] !== undefined) entries.push(text(params[`${name}.${entries.length}`]));
  return entries;
}

/** Reads the flattened params of a record; the password is never among them. */
export function readConfig(params: Params): SavedConfig {
  const security = text(params.security);
  return {
    id: text(params.id),
    version: Number(params.version ?? 0),
    hasPassword: flag(params.hasPassword),
    usedBy: list(params, 'usedBy'),
    lastTestStatus: params.lastTestStatus === 'ok' || params.lastTestStatus === 'failed' ? params.lastTestStatus : null,
    lastTestAt: textOrNull(params.lastTestAt),
    lastTestError: textOrNull(params.lastTestError),
    parkedSince: textOrNull(params.parkedSince),
    parkedError: textOrNull(params.parkedError),
    lastTestMs:
      params.lastTestMs === null || params.lastTestMs === undefined || params.lastTestMs === '' ? null : Number(params.lastTestMs),
    draft: {
      name: text(params.name),
      type: text(params.type) || EMPTY_DRAFT.type,
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
      username: text(params.username),
      password: '',
      passwordSource: text(params.passwordSource) || 'stored',
      passwordRef: text(params.passwordRef),
      caCertificate: text(params.caCertificate),
      cc: list(params, 'cc'),
      bcc: list(params, 'bcc'),
      copyActivities: list(params, 'copyActivities'),
      maxConnections: text(params.maxConnections) || EMPTY_DRAFT.maxConnections,
    },
  };
}

/** Whether leaving now would lose something. */
export const isDirty = (draft: Draft, before: Draft): boolean => JSON.stringify(draft) !== JSON.stringify(before);

/** The field an error belongs to: `cc` for `cc.1`. */
export const rootOf = (field: string): string => field.split('.')[0] ?? field;
