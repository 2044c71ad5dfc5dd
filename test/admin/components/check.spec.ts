import { describe, expect, it } from '@jest/globals';
import { checkDraft } from '../../../lib/admin/components/model/check.js';
import { EMPTY_DRAFT, readConfig, type Draft } from '../../../lib/admin/components/model/draft.js';
import { DEFAULT_SETTINGS } from '../../../lib/admin/components/model/types.js';

const good: Draft = { ...EMPTY_DRAFT, name: 'main', host: 'smtp.example.com', username: 'mail@example.com', password: 'secret' };
const check = (patch: Partial<Draft>, settings = DEFAULT_SETTINGS) => checkDraft({ ...good, ...patch }, null, settings);

describe('checkDraft', () => {
  it('accepts a complete draft, without a From address if the user name is one (A3.9)', () => {
    expect(check({})).toEqual({});
  });

  it.each([
    ['A1.7 host', { host: ' ' }, 'host', 'required'],
    ['A1.8 port missing', { port: '' }, 'port', 'required'],
    ['A1.8 port 0', { port: '0' }, 'port', 'port_range'],
    ['A1.8 port 65536', { port: '65536' }, 'port', 'port_range'],
    ['A1.8 port that is not a whole number', { port: '25.5' }, 'port', 'port_range'],
    ['host with a scheme', { host: 'https://smtp.example.com' }, 'host', 'host_format'],
    ['number that resolvers read as an address', { host: '2130706433' }, 'host', 'host_numeric'],
    ['part of an address', { host: '1.2.3' }, 'host', 'host_numeric'],
    ['private key in place of a certificate', { caCertificate: '-----BEGIN PRIVATE KEY-----' }, 'caCertificate', 'private_key'],
    ['A1.15 user name', { username: '' }, 'username', 'required'],
    ['A1.15 password', { password: '' }, 'password', 'required'],
    ['A1.17 From address', { fromAddress: 'nobody' }, 'fromAddress', 'email'],
    ['A3.9 From address if the user name is not one', { username: 'apikey' }, 'fromAddress', 'required'],
    ['A3.3 name missing', { name: '' }, 'name', 'required'],
    ['A3.3 name with a space', { name: 'my mail' }, 'name', 'name_format'],
    ['A3.3 name of 51', { name: 'x'.repeat(51) }, 'name', 'too_long'],
    ['A3.10 signature of 251', { signature: 'x'.repeat(251) }, 'signature', 'too_long'],
    ['A3.11 description of 1001', { description: 'x'.repeat(1001) }, 'description', 'too_long'],
    ['connections', { maxConnections: '51' }, 'maxConnections', 'not_a_number'],
    ['TLS server name that is an address', { tlsServerName: '192.0.2.1' }, 'tlsServerName', 'tls_server_name'],
    ['EHLO name of two words', { ehloName: 'web 1' }, 'ehloName', 'ehlo_name'],
    ['proxy URL without a port', { proxyUrl: 'http://proxy.example.com' }, 'proxyUrl', 'proxy_url'],
    ['proxy user with a colon', { proxyUrl: 'http://192.0.2.1:3128', proxyUser: 'a:b', proxyPassword: 'x' }, 'proxyUser', 'proxy_user'],
    ['password of the proxy missing', { proxyUrl: 'http://192.0.2.1:3128', proxyUser: 'a' }, 'proxyPassword', 'required'],
    ['bounce address with a name', { envelopeFrom: 'Bounces <b@acme.io>' }, 'envelopeFrom', 'email'],
    ['local address that is a name', { localAddress: 'localhost' }, 'localAddress', 'local_address'],
    ['time limit factor', { timeoutScale: '11' }, 'timeoutScale', 'not_a_number'],
    ['A5.13 CC entry', { cc: ['a@example.com', 'b'] }, 'cc.1', 'mailbox'],
    ['A5.14 BCC entry', { bcc: ['b'] }, 'bcc.0', 'mailbox'],
  ] as [string, Partial<Draft>, string, string][])('rejects: %s', (_, patch, field, type) => {
    expect(check(patch)).toEqual({ [field]: { type } });
  });

  it('accepts settings under Advanced that the server accepts, too', () => {
    expect(check({ tlsServerName: 'bücher.example', ehloName: '[IPv6:2001:db8::1]', localAddress: '[2001:db8::1]' })).toEqual({});
    expect(check({ tlsServerName: ' smtp.example.com ', ehloName: ' web1 ', localAddress: ' 192.0.2.1 ' })).toEqual({});
  });

  it('A1.17 A1.18 requires no name but the whole sender in single mode', () => {
    const single = { ...DEFAULT_SETTINGS, single: true };
    const sender = { fromName: 'Acme', fromAddress: 'no-reply@example.com' };
    expect(check({ name: '', ...sender }, single)).toEqual({});
    expect(check({ name: '' }, single)).toEqual({ fromName: { type: 'required' }, fromAddress: { type: 'required' } });
  });

  it('requires no login without encryption, and rejects no encryption if the application forbids it', () => {
    const plain = { security: 'none', port: '25', username: '', password: '', fromAddress: 'a@example.com' } as const;
    expect(check(plain)).toEqual({});
    expect(check(plain, { ...DEFAULT_SETTINGS, allowPlaintext: false })).toEqual({ security: { type: 'plaintext_forbidden' } });
  });

  it('reports why the password is required', () => {
    const saved = readConfig({ ...good, id: '1', hasPassword: true });
    const typed = { ...saved.draft };
    expect(checkDraft(typed, saved, DEFAULT_SETTINGS)).toEqual({});
    expect(checkDraft({ ...typed, host: 'evil.example' }, saved, DEFAULT_SETTINGS)).toEqual({ password: { type: 'destination_changed' } });
    expect(checkDraft(typed, saved, { ...DEFAULT_SETTINGS, passwordOnUpdate: 'retype' })).toEqual({
      password: { type: 'password_retype' },
    });
    expect(checkDraft(good, null, { ...DEFAULT_SETTINGS, storedSecrets: false })).toEqual({
      password: { type: 'stored_secrets_disabled' },
    });
  });

  describe('with Microsoft 365', () => {
    const GUID = '72f988bf-86f1-41af-91ab-2d7cd011db47';
    const graph: Partial<Draft> = {
      type: 'ms_graph',
      authMethod: 'oauth2',
      host: '',
      port: '',
      password: '',
      tenantId: GUID,
      clientId: GUID,
      clientSecret: 'secret',
      maxConnections: '4',
    };

    it('A3.18 A3.19 accepts a mailbox and an app, and requires no server', () => {
      expect(check(graph)).toEqual({});
      expect(check({ ...graph, tenantId: 'contoso.onmicrosoft.com' })).toEqual({});
      expect(check({ ...graph, type: 'generic', host: 'smtp.office365.com', port: '587' })).toEqual({});
    });

    it.each([
      ['mailbox missing', { username: '' }, 'username', 'user_mailbox'],
      ['invalid mailbox', { username: 'billing' }, 'username', 'user_mailbox'],
      ['tenant missing', { tenantId: '' }, 'tenantId', 'required'],
      ['tenant of any organization', { tenantId: 'common' }, 'tenantId', 'tenant_format'],
      ['client missing', { clientId: ' ' }, 'clientId', 'required'],
      ['client that is not a GUID', { clientId: 'my-app' }, 'clientId', 'client_format'],
      ['client secret missing', { clientSecret: '' }, 'clientSecret', 'required'],
      ['more connections than Microsoft accepts', { maxConnections: '5' }, 'maxConnections', 'graph_range'],
      ['a user’s password', { authMethod: 'password', password: 'x' }, 'authMethod', 'password_grant_forbidden'],
    ] as [string, Partial<Draft>, string, string][])('A3.18 rejects: %s', (_, patch, field, type) => {
      expect(check({ ...graph, ...patch })).toEqual({ [field]: { type } });
    });

    it('A3.18 accepts a user’s password if the application allows it', () => {
      const settings = { ...DEFAULT_SETTINGS, allowPasswordGrant: true };
      expect(check({ ...graph, authMethod: 'password', password: 'x' }, settings)).toEqual({});
      expect(check({ ...graph, authMethod: 'password' }, settings)).toEqual({ password: { type: 'required' } });
    });
  });

  it('A5.12 accepts the key of a source in place of a password', () => {
    expect(check({ password: '', passwordSource: 'vault', passwordRef: 'smtp-main' })).toEqual({});
    const saved = readConfig({ ...good, id: '1', passwordSource: 'vault', passwordRef: 'smtp-main' });
    expect(checkDraft(saved.draft, saved, { ...DEFAULT_SETTINGS, passwordOnUpdate: 'retype' })).toEqual({});
    expect(checkDraft({ ...saved.draft, host: 'evil.example' }, saved, DEFAULT_SETTINGS)).toEqual({ password: { type: 'choose_again' } });
  });
});
