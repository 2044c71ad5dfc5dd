import { describe, expect, it } from '@jest/globals';
import { EMPTY_DRAFT, readConfig, type Draft, type SavedConfig } from '../../../lib/admin/components/model/draft.js';
import { authOn, authRule, destinationChanged, passwordRule, withSecurity } from '../../../lib/admin/components/model/rules.js';
import { DEFAULT_SETTINGS } from '../../../lib/admin/components/model/types.js';

const draft: Draft = { ...EMPTY_DRAFT, name: 'main', host: 'smtp.example.com', username: 'mail@example.com' };
const saved: SavedConfig = readConfig({ ...draft, id: '1', version: 3, hasPassword: true, caCertificate: 'PEM\nlines\n' });

describe('the port', () => {
  it('A1.6 is 587 with STARTTLS and a login on a new configuration', () => {
    expect(EMPTY_DRAFT).toMatchObject({ security: 'starttls', port: '587', authRequired: true });
  });

  it('A1.10 follows the security', () => {
    const tls = withSecurity(draft, 'tls');
    const none = withSecurity(tls, 'none');
    expect([tls.port, none.port, withSecurity(none, 'starttls').port]).toEqual(['465', '25', '587']);
  });

  it('A1.11 stays once it is typed, and follows again when it is emptied', () => {
    const typed = { ...draft, port: '2525' };
    expect(withSecurity(typed, 'tls').port).toBe('2525');
    expect(withSecurity({ ...typed, port: ' ' }, 'tls').port).toBe('465');
  });
});

describe('the login box', () => {
  it.each(['starttls', 'tls'] as const)('A1.12 is locked on with %s', (security) => {
    expect(authRule(security, DEFAULT_SETTINGS)).toEqual({ locked: true, value: true, reason: 'auth_locked_on' });
  });

  it('A1.13 is off and locked without encryption, free where the host allows plain logins', () => {
    expect(authRule('none', DEFAULT_SETTINGS)).toEqual({ locked: true, value: false, reason: 'auth_locked_off' });
    expect(authRule('none', { ...DEFAULT_SETTINGS, allowPlaintextAuth: true })).toEqual({ locked: false });
  });

  it('A1.14 is turned on again when an encrypted kind is chosen after none', () => {
    const anonymous = { ...withSecurity(draft, 'none'), authRequired: false };
    const settings = { ...DEFAULT_SETTINGS, allowAnonymousTls: true };
    expect(authOn(withSecurity(anonymous, 'starttls'), DEFAULT_SETTINGS)).toBe(true);
    expect(authOn(withSecurity(anonymous, 'tls'), settings)).toBe(true);
  });

  it('is free with encryption where the host allows anonymous relays', () => {
    expect(authRule('tls', { ...DEFAULT_SETTINGS, allowAnonymousTls: true })).toEqual({ locked: false });
  });
});

describe('the stored password', () => {
  const same = saved.draft;

  it('is kept while the destination is the same, however it is written', () => {
    expect(passwordRule(same, saved, DEFAULT_SETTINGS)).toBe('kept');
    expect(destinationChanged({ ...same, host: ' SMTP.Example.com ', caCertificate: 'PEM\r\nlines' }, same)).toBe(false);
  });

  it('is kept when the same certificates are only written in another way', () => {
    const block = (body: string): string => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----`;
    const before = { ...same, caCertificate: `${block('AAAA\nBBBB')}\n${block('CCCC')}` };
    const rewritten = { ...same, caCertificate: `# our CA\r\n${block('AAAABB\r\n BB')}${block('CCCC')}\n` };
    expect(destinationChanged(rewritten, before)).toBe(false);
    expect(destinationChanged({ ...same, caCertificate: block('AAAABBBB') }, before)).toBe(true);
  });

  it.each([
    ['host', { host: 'smtp.example.net' }],
    ['port', { port: '2525' }],
    ['security', { security: 'tls' }],
    ['user name', { username: 'other@example.com' }],
    ['CA', { caCertificate: '' }],
  ] as [string, Partial<Draft>][])('is asked for again when the %s changes, and not when it changes back', (_, patch) => {
    expect(passwordRule({ ...same, ...patch }, saved, DEFAULT_SETTINGS)).toBe('changed');
    expect(passwordRule({ ...same, ...patch, ...same }, saved, DEFAULT_SETTINGS)).toBe('kept');
  });

  it('A1.23 is asked for at every update where the host wants it', () => {
    expect(passwordRule(same, saved, { ...DEFAULT_SETTINGS, passwordOnUpdate: 'retype' })).toBe('retype');
  });

  it('A1.15 is needed when there is none yet, hidden without a login, unavailable without a key', () => {
    expect(passwordRule(draft, null, DEFAULT_SETTINGS)).toBe('new');
    expect(passwordRule(same, { ...saved, hasPassword: false }, DEFAULT_SETTINGS)).toBe('new');
    expect(passwordRule(withSecurity(draft, 'none'), null, DEFAULT_SETTINGS)).toBe('hidden');
    expect(passwordRule(draft, null, { ...DEFAULT_SETTINGS, storedSecrets: false })).toBe('unavailable');
  });
});
