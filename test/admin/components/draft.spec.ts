import { describe, expect, it } from '@jest/globals';
import { type Draft, EMPTY_DRAFT, isDirty, readConfig } from '../../../lib/admin/components/model/draft.js';
import { toPayload } from '../../../lib/admin/components/model/payload.js';
import { DEFAULT_SETTINGS } from '../../../lib/admin/components/model/types.js';

const params = {
  id: '7',
  name: 'main',
  host: 'smtp.example.com',
  port: 587,
  security: 'starttls',
  authRequired: true,
  username: 'mail@example.com',
  hasPassword: true,
  fromName: null,
  'cc.0': 'a@example.com',
  'cc.1': 'B <b@example.com>',
  'copyActivities.0': 'general',
  'usedBy.0': 'invoice',
  lastTestStatus: 'ok',
  lastTestAt: '2026-11-20T12:00:00.000Z',
  lastTestMs: 412,
  'failingValues.host': 'smtp.acme.io',
  'failingValues.port': 587,
  version: 4,
};

describe('readConfig', () => {
  it('reads the flattened params of a record, with an empty password (A1.4)', () => {
    const config = readConfig(params);
    expect(config).toMatchObject({
      id: '7',
      version: 4,
      secrets: { password: { has: true, source: 'stored', ref: '' }, clientSecret: { has: false } },
      usedBy: ['invoice'],
      lastTestStatus: 'ok',
      lastTestMs: 412,
      lastTestError: null,
      failingValues: { host: 'smtp.acme.io', port: 587 },
      lastTestValues: {},
    });
    expect(config.draft).toMatchObject({
      port: '587',
      fromName: '',
      cc: ['a@example.com', 'B <b@example.com>'],
      bcc: [],
      copyActivities: ['general'],
      password: '',
    });
  });
});

describe('toPayload', () => {
  it('contains only writable fields, empty ones as null, and no password unless it was entered', () => {
    const saved = { ...readConfig(params), version: 4 };
    const payload = toPayload(saved.draft, DEFAULT_SETTINGS, saved);
    expect(payload).toMatchObject({ port: 587, fromName: null, cc: ['a@example.com', 'B <b@example.com>'], bcc: [], version: 4 });
    for (const field of ['password', 'id', 'hasPassword', 'usedBy', 'lastTestAt']) expect(payload).not.toHaveProperty(field);
  });

  it('A3.6 contains the default only if it was changed in the form', () => {
    const saved = readConfig({ ...params, isDefault: true });
    expect(toPayload(saved.draft, DEFAULT_SETTINGS, saved)).not.toHaveProperty('isDefault');
    expect(toPayload({ ...saved.draft, isDefault: false }, DEFAULT_SETTINGS, saved)).toMatchObject({ isDefault: false });
    expect(toPayload({ ...EMPTY_DRAFT, isDefault: true }, DEFAULT_SETTINGS)).toMatchObject({ isDefault: true });
  });

  it('contains neither name nor default in single mode', () => {
    const payload = toPayload({ ...EMPTY_DRAFT, name: 'main', isDefault: true }, { ...DEFAULT_SETTINGS, single: true });
    expect(payload).not.toHaveProperty('name');
    expect(payload).not.toHaveProperty('isDefault');
  });

  it('A1.16 contains no user name and no password without a login', () => {
    const payload = toPayload({ ...readConfig(params).draft, security: 'none', password: 'secret' }, DEFAULT_SETTINGS);
    expect(payload).toMatchObject({ authRequired: false, username: null });
    expect(payload).not.toHaveProperty('password');
  });

  it('contains the login mechanism if the login method can use it', () => {
    const chosen = (draft: Partial<Draft>) =>
      toPayload({ ...EMPTY_DRAFT, authMechanism: 'LOGIN', ...draft }, DEFAULT_SETTINGS).authMechanism;
    expect(chosen({})).toBe('LOGIN');
    expect([chosen({ authMechanism: '' }), chosen({ authMethod: 'oauth2' }), chosen({ security: 'none' })]).toEqual([null, null, null]);
  });

  it('A3.18 A3.19 contains the fields of Microsoft Graph, and none of a server', () => {
    const { draft } = readConfig({
      ...params,
      type: 'ms_graph',
      authMethod: 'oauth2',
      tenantId: 't',
      clientId: 'c',
      clientSecretSource: 'stored',
    });
    const typed = { ...draft, password: 'of the server', clientSecret: 'value', host: 'left.over', caCertificate: 'PEM' };
    const payload = toPayload(typed, DEFAULT_SETTINGS);
    expect(payload).toMatchObject({
      type: 'ms_graph',
      authMethod: 'oauth2',
      authRequired: true,
      username: 'mail@example.com',
      tenantId: 't',
      clientId: 'c',
      graphCloud: 'global',
      clientSecret: 'value',
      host: null,
      port: null,
      caCertificate: null,
      ehloName: null,
      tlsServerName: null,
      authMechanism: null,
      timeoutScale: null,
    });
    for (const field of ['password', 'passwordSource', 'security']) expect(payload).not.toHaveProperty(field);
    const generic = toPayload({ ...typed, type: 'generic', authMethod: 'password' }, DEFAULT_SETTINGS);
    expect(generic).toMatchObject({ host: 'left.over', password: 'of the server', tenantId: null, clientId: null, graphCloud: null });
    expect(generic).not.toHaveProperty('clientSecret');
  });

  it('A5.12 contains a source and a key in place of a value, and the key only if it was chosen in the form', () => {
    const saved = readConfig({ ...params, hasPassword: false, passwordSource: 'vault', passwordRef: 'smtp-main' });
    const kept = toPayload({ ...saved.draft, password: 'left over' }, DEFAULT_SETTINGS, saved);
    expect(kept).toMatchObject({ passwordSource: 'vault' });
    for (const field of ['password', 'passwordRef']) expect(kept).not.toHaveProperty(field);
    expect(toPayload({ ...saved.draft, passwordRef: 'smtp-news' }, DEFAULT_SETTINGS, saved)).toMatchObject({ passwordRef: 'smtp-news' });
  });

  it('leaves invalid numbers to the server, and sends certificates with LF', () => {
    expect(toPayload({ ...EMPTY_DRAFT, port: '58x', caCertificate: 'a\r\nb' }, DEFAULT_SETTINGS)).toMatchObject({
      port: '58x',
      caCertificate: 'a\nb',
    });
  });
});

describe('isDirty', () => {
  it('returns true while a field differs', () => {
    const { draft } = readConfig(params);
    expect(isDirty({ ...draft, cc: [...draft.cc, 'c@example.com'] }, draft)).toBe(true);
    expect(isDirty({ ...draft, cc: [...draft.cc] }, draft)).toBe(false);
  });
});
