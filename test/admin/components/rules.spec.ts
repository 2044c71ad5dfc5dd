import { describe, expect, it } from '@jest/globals';
import { EMPTY_DRAFT, readConfig, type Draft, type SavedConfig } from '../../../lib/admin/components/model/draft.js';
import {
  authOn,
  authRule,
  destinationChanged,
  loginWarning,
  neededSecrets,
  secretRule,
  withSecurity,
  withType,
} from '../../../lib/admin/components/model/rules.js';
import { DEFAULT_SETTINGS } from '../../../lib/admin/components/model/types.js';

const draft: Draft = { ...EMPTY_DRAFT, name: 'main', host: 'smtp.example.com', username: 'mail@example.com' };
const saved: SavedConfig = readConfig({ ...draft, id: '1', version: 3, hasPassword: true, caCertificate: 'PEM\nlines\n' });

describe('the port', () => {
  it('A1.6 is 587 with STARTTLS and a login in a new configuration', () => {
    expect(EMPTY_DRAFT).toMatchObject({ security: 'starttls', port: '587', authRequired: true });
  });

  it('A1.10 follows the security', () => {
    const tls = withSecurity(draft, 'tls');
    const none = withSecurity(tls, 'none');
    expect([tls.port, none.port, withSecurity(none, 'starttls').port]).toEqual(['465', '25', '587']);
  });

  it('A1.11 stays once it is entered, and follows the security again once it is cleared', () => {
    const typed = { ...draft, port: '2525' };
    expect(withSecurity(typed, 'tls').port).toBe('2525');
    expect(withSecurity({ ...typed, port: ' ' }, 'tls').port).toBe('465');
  });
});

describe('the login box', () => {
  it.each(['starttls', 'tls'] as const)('A1.12 is checked and locked with %s', (security) => {
    expect(authRule({ ...draft, security }, DEFAULT_SETTINGS)).toEqual({ locked: true, value: true, reason: 'auth_locked_on' });
  });

  it('A1.13 is unchecked and locked without encryption, but free if the application allows plaintext logins', () => {
    expect(authRule({ ...draft, security: 'none' }, DEFAULT_SETTINGS)).toEqual({ locked: true, value: false, reason: 'auth_locked_off' });
    expect(authRule({ ...draft, security: 'none' }, { ...DEFAULT_SETTINGS, allowPlaintextAuth: true })).toEqual({ locked: false });
  });

  it('A1.14 is checked again when encryption is chosen', () => {
    const anonymous = { ...withSecurity(draft, 'none'), authRequired: false };
    const settings = { ...DEFAULT_SETTINGS, allowAnonymousTls: true };
    expect(authOn(withSecurity(anonymous, 'starttls'), DEFAULT_SETTINGS)).toBe(true);
    expect(authOn(withSecurity(anonymous, 'tls'), settings)).toBe(true);
  });

  it('is free with encryption if the application allows anonymous relays', () => {
    expect(authRule({ ...draft, security: 'tls' }, { ...DEFAULT_SETTINGS, allowAnonymousTls: true })).toEqual({ locked: false });
  });
});

describe('the stored password', () => {
  const same = saved.draft;

  it('is kept while the destination is the same in any spelling', () => {
    expect(secretRule('password', same, saved, DEFAULT_SETTINGS)).toBe('kept');
    expect(
      destinationChanged('password', { ...same, host: ' SMTP.Example.com ', caCertificate: 'PEM\r\nlines' }, same, DEFAULT_SETTINGS),
    ).toBe(false);
  });

  it('is kept while the certificates are the same in any formatting', () => {
    const block = (body: string): string => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----`;
    const before = { ...same, caCertificate: `${block('AAAA\nBBBB')}\n${block('CCCC')}` };
    const rewritten = { ...same, caCertificate: `# our CA\r\n${block('AAAABB\r\n BB')}${block('CCCC')}\n` };
    expect(destinationChanged('password', rewritten, before, DEFAULT_SETTINGS)).toBe(false);
    expect(destinationChanged('password', { ...same, caCertificate: block('AAAABBBB') }, before, DEFAULT_SETTINGS)).toBe(true);
  });

  it.each([
    ['host', { host: 'smtp.example.net' }],
    ['port', { port: '2525' }],
    ['security', { security: 'tls' }],
    ['user name', { username: 'other@example.com' }],
    ['CA', { caCertificate: '' }],
  ] as [string, Partial<Draft>][])('has to be entered again when the %s changes, and not when it changes back', (_, patch) => {
    expect(secretRule('password', { ...same, ...patch }, saved, DEFAULT_SETTINGS)).toBe('changed');
    expect(secretRule('password', { ...same, ...patch, ...same }, saved, DEFAULT_SETTINGS)).toBe('kept');
  });

  it('A1.23 has to be entered at every update if the application requires it', () => {
    expect(secretRule('password', same, saved, { ...DEFAULT_SETTINGS, passwordOnUpdate: 'retype' })).toBe('retype');
  });

  it('A1.15 is required if none is stored, hidden without a login, and unavailable without a key', () => {
    expect(secretRule('password', draft, null, DEFAULT_SETTINGS)).toBe('new');
    expect(secretRule('password', same, readConfig({ ...same, id: '1' }), DEFAULT_SETTINGS)).toBe('new');
    expect(secretRule('password', withSecurity(draft, 'none'), null, DEFAULT_SETTINGS)).toBe('hidden');
    expect(secretRule('password', draft, null, { ...DEFAULT_SETTINGS, storedSecrets: false })).toBe('unavailable');
  });
});

describe('a secret of a source', () => {
  const vault = readConfig({ ...draft, id: '1', version: 3, passwordSource: 'vault', passwordRef: 'smtp-main' });

  it('is kept, can be replaced, and has to be chosen again when the destination changes', () => {
    expect(secretRule('password', vault.draft, vault, DEFAULT_SETTINGS)).toBe('referenced');
    expect(secretRule('password', { ...vault.draft, host: 'other.example.com' }, vault, DEFAULT_SETTINGS)).toBe('moved');
    const chosen = { ...vault.draft, host: 'other.example.com', passwordRef: 'smtp-main' };
    expect(secretRule('password', chosen, vault, DEFAULT_SETTINGS)).toBe('chosen');
    expect(secretRule('password', { ...vault.draft, passwordSource: 'stored' }, vault, DEFAULT_SETTINGS)).toBe('new');
    expect(secretRule('password', { ...vault.draft, passwordSource: 'other' }, vault, DEFAULT_SETTINGS)).toBe('moved');
  });

  it('needs no encryption key', () => {
    const chosen = { ...draft, passwordSource: 'vault', passwordRef: 'smtp-main' };
    expect(secretRule('password', chosen, null, { ...DEFAULT_SETTINGS, storedSecrets: false })).toBe('chosen');
  });
});

describe('the type', () => {
  const graph = withType(draft, 'ms_graph', EMPTY_DRAFT);

  it('A3.18 signs in as an app with MS Graph, and requires the client secret', () => {
    expect(graph).toMatchObject({ type: 'ms_graph', authMethod: 'oauth2', username: 'mail@example.com', maxConnections: '4' });
    expect(neededSecrets(graph, DEFAULT_SETTINGS)).toEqual(['clientSecret']);
    expect(neededSecrets({ ...graph, authMethod: 'password' }, DEFAULT_SETTINGS)).toEqual(['password', 'clientSecret']);
    expect(authOn({ ...graph, security: 'none', authRequired: false }, DEFAULT_SETTINGS)).toBe(true);
  });

  it('A3.19 can be changed back and forth without losing fields', () => {
    expect(withType(graph, 'generic', EMPTY_DRAFT)).toEqual(draft);
    const start = { ...graph, authMethod: 'password', maxConnections: '2' } as const;
    expect(withType(withType(start, 'generic', start), 'ms_graph', start)).toMatchObject(start);
    expect(withType({ ...start, host: '', port: '' }, 'generic', start)).toMatchObject({ port: '587', authMethod: 'password' });
  });

  it('changes the destination, like each field of Microsoft 365', () => {
    const app = { ...graph, tenantId: 'contoso.com', clientId: 'id', graphCloud: 'global' };
    const stored = readConfig({ ...app, id: '1', hasClientSecret: true });
    expect(secretRule('clientSecret', app, stored, DEFAULT_SETTINGS)).toBe('kept');
    const patches: Partial<Draft>[] = [
      { tenantId: 'fabrikam.com' },
      { clientId: 'other' },
      { graphCloud: 'china' },
      { username: 'b@example.com' },
      { authMethod: 'password' },
    ];
    for (const patch of patches) expect(secretRule('clientSecret', { ...app, ...patch }, stored, DEFAULT_SETTINGS)).toBe('changed');
    // The server's fields have no effect here.
    expect(secretRule('clientSecret', { ...app, host: 'x', tenantId: ' CONTOSO.com' }, stored, DEFAULT_SETTINGS)).toBe('kept');
  });
});

describe('the warning next to a login', () => {
  const settings = { ...DEFAULT_SETTINGS, microsoftSmtpHosts: ['smtp.office365.com'] };

  it('appears only for a password to Microsoft’s servers', () => {
    const microsoft = { ...draft, host: ' SMTP.office365.com ' };
    expect(loginWarning(microsoft, settings)).toBe('microsoft_password');
    expect(loginWarning(draft, settings)).toBeUndefined();
    expect(loginWarning({ ...microsoft, authMethod: 'oauth2' }, settings)).toBeUndefined();
    expect(loginWarning(withType(microsoft, 'ms_graph', EMPTY_DRAFT), settings)).toBeUndefined();
    expect(loginWarning({ ...microsoft, security: 'none' }, settings)).toBeUndefined();
  });
});
