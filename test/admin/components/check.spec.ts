import { describe, expect, it } from '@jest/globals';
import { checkDraft } from '../../../lib/admin/components/model/check.js';
import { EMPTY_DRAFT, readConfig, type Draft } from '../../../lib/admin/components/model/draft.js';
import { DEFAULT_SETTINGS } from '../../../lib/admin/components/model/types.js';

const good: Draft = { ...EMPTY_DRAFT, name: 'main', host: 'smtp.example.com', username: 'mail@example.com', password: 'secret' };
const check = (patch: Partial<Draft>, settings = DEFAULT_SETTINGS) => checkDraft({ ...good, ...patch }, null, settings);

describe('checkDraft', () => {
  it('takes a complete draft, without a From address when the user name is one (A3.9)', () => {
    expect(check({})).toEqual({});
  });

  it.each([
    ['A1.7 host', { host: ' ' }, 'host', 'required'],
    ['A1.8 port missing', { port: '' }, 'port', 'required'],
    ['A1.8 port 0', { port: '0' }, 'port', 'port_range'],
    ['A1.8 port 65536', { port: '65536' }, 'port', 'port_range'],
    ['A1.8 port that is no whole number', { port: '25.5' }, 'port', 'port_range'],
    ['host with a scheme', { host: 'https://smtp.example.com' }, 'host', 'host_format'],
    ['private key in place of a certificate', { caCertificate: '-----BEGIN PRIVATE KEY-----' }, 'caCertificate', 'pem'],
    ['A1.15 user name', { username: '' }, 'username', 'required'],
    ['A1.15 password', { password: '' }, 'password', 'required'],
    ['A1.17 From address', { fromAddress: 'nobody' }, 'fromAddress', 'email'],
    ['A3.9 From address when the user name is none', { username: 'apikey' }, 'fromAddress', 'required'],
    ['A3.3 name missing', { name: '' }, 'name', 'required'],
    ['A3.3 name with a space', { name: 'my mail' }, 'name', 'name_format'],
    ['A3.3 name of 51', { name: 'x'.repeat(51) }, 'name', 'too_long'],
    ['A3.10 signature of 251', { signature: 'x'.repeat(251) }, 'signature', 'too_long'],
    ['A3.11 description of 1001', { description: 'x'.repeat(1001) }, 'description', 'too_long'],
    ['connections', { maxConnections: '51' }, 'maxConnections', 'not_a_number'],
    ['A5.13 CC entry', { cc: ['a@example.com', 'b'] }, 'cc.1', 'mailbox'],
    ['A5.14 BCC entry', { bcc: ['b'] }, 'bcc.0', 'mailbox'],
  ] as [string, Partial<Draft>, string, string][])('refuses: %s', (_, patch, field, type) => {
    expect(check(patch)).toEqual({ [field]: { type } });
  });

  it('asks for no login without encryption, and refuses no encryption where the host forbids it', () => {
    const plain = { security: 'none', port: '25', username: '', password: '', fromAddress: 'a@example.com' } as const;
    expect(check(plain)).toEqual({});
    expect(check(plain, { ...DEFAULT_SETTINGS, allowPlaintext: false })).toEqual({ security: { type: 'plaintext_forbidden' } });
  });

  it('says why the password is needed', () => {
    const saved = readConfig({ ...good, id: '1', hasPassword: true });
    const typed = { ...saved.draft };
    expect(checkDraft(typed, saved, DEFAULT_SETTINGS)).toEqual({});
    expect(checkDraft({ ...typed, host: 'evil.example' }, saved, DEFAULT_SETTINGS)).toEqual({ password: { type: 'destination_changed' } });
    expect(checkDraft(typed, saved, { ...DEFAULT_SETTINGS, passwordOnUpdate: 'retype' })).toEqual({
      password: { type: 'password_retype' },
    });
    expect(checkDraft(good, null, { ...DEFAULT_SETTINGS, storedSecrets: false })).toEqual({ password: { type: 'stored_secrets_off' } });
  });
});
