import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Inbox, createPrivateCa, startInbox } from '../../lib/testing/index.js';
import { type AdminApp, type AdminClient, startAdminApp } from '../support/admin-app.js';
import { type Certificates, makeCertificates, makeSelfSigned, makeUndated } from '../support/certificates.js';
import { databases } from '../support/databases.js';
import type { ScriptedServer, ServerScript } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

const DAY_MS = 86_400_000;
const api = (action: string): string => `/api/resources/SmtpConfig/actions/${action}`;

describe.each(databases)('The admin API for certificates on $name', ({ name: kind }) => {
  let app: AdminApp;
  let manager: AdminClient;
  let viewer: AdminClient;
  let certificates: Certificates;
  let server: ScriptedServer | undefined;
  let inbox: Inbox | undefined;

  beforeAll(async () => {
    certificates = await makeCertificates();
    app = await startAdminApp(kind, { access: { view: ['VIEWER', 'ADMINISTRATION_MANAGER'], manage: ['ADMINISTRATION_MANAGER'] } });
    manager = await app.signIn('admin@example.com');
    viewer = await app.signIn('viewer@example.com');
  });
  afterAll(() => app.close());
  afterEach(async () => {
    await inbox?.close();
    inbox = undefined;
  });
  const serve = useServer();

  const readFacts = async (pem: unknown, host?: string) => (await manager.post(api('certificateFacts'), { pem, host })).json;
  const fetchChain = async (script: ServerScript, question: object = {}) => {
    server = await serve(script);
    const security = script.implicitTls ? 'tls' : 'starttls';
    return (await manager.post(api('fetchCertificates'), { host: 'localhost', port: server.port, security, ...question })).json;
  };

  it('describes a pasted chain', async () => {
    const { certificates: found } = await readFacts(`${certificates.throughIntermediate.cert}\n${certificates.ca}`, 'mail.example.com');
    expect(found.map(({ subject, kind: what, problems }: Record<string, unknown>) => [subject, what, problems])).toEqual([
      ['localhost', 'server', ['wrong_host']],
      ['Example Issuing CA', 'authority', []],
      ['Example Root CA', 'authority', []],
    ]);
  });

  it('rejects invalid input at its field', async () => {
    expect((await readFacts('hello')).errors.caCertificate.type).toBe('pem');
    expect((await readFacts(undefined)).errors.caCertificate.type).toBe('pem');
    expect((await readFacts(['x'])).errors.caCertificate.type).toBe('pem');
    expect((await readFacts(certificates.ca.repeat(200))).errors.caCertificate.type).toBe('pem_too_long');
    const answer = await manager.post(api('certificateFacts'), { pem: certificates.good.key + certificates.good.cert });
    expect(answer.json.errors.caCertificate.type).toBe('private_key');
    expect(answer.raw).not.toContain(certificates.good.key.split('\n')[1]);
  });

  it('fetches the chain and names the certificate to trust', async () => {
    const { chain: found } = await fetchChain({
      tls: { ...certificates.throughIntermediate, cert: `${certificates.throughIntermediate.cert}\n${certificates.ca}` },
    });
    expect(found).toMatchObject({ host: 'localhost', port: server!.port, isTrusted: false, isComplete: true });
    expect(found.certificates.map(({ subject }: { subject: string }) => subject)).toEqual([
      'localhost',
      'Example Issuing CA',
      'Example Root CA',
    ]);
    expect(found.candidate).toBe(found.certificates[2].fingerprint);
    await server!.allClosed();
    expect(server!.commands.map((command) => command.split(' ')[0])).toEqual(['EHLO', 'STARTTLS']);
  });

  it('reports that the root or all authorities are missing', async () => {
    const { chain: rootless } = await fetchChain({ tls: certificates.throughIntermediate, implicitTls: true });
    expect(rootless).toMatchObject({ isComplete: false, candidate: rootless.certificates[1].fingerprint });
    await server!.close();
    const { chain: bare } = await fetchChain({ tls: certificates.missingIntermediate });
    expect(bare).toMatchObject({ isComplete: false, candidate: null });
    await server!.close();
    const { chain: own } = await fetchChain({ tls: await makeSelfSigned() });
    expect(own).toMatchObject({ isComplete: true, candidate: own.certificates[0].fingerprint });
  });

  it('reports whether the text in the field already trusts the chain, and ignores text that is not PEM', async () => {
    expect((await fetchChain({ tls: certificates.good }, { caCertificate: certificates.ca })).chain.isTrusted).toBe(true);
    await server!.close();
    expect((await fetchChain({ tls: certificates.good }, { caCertificate: 'hello' })).chain.isTrusted).toBe(false);
  });

  it('suggests no certificate if the authority is trusted and something else is wrong', async () => {
    const known = { caCertificate: certificates.ca };
    const nothing = { isTrusted: false, isTopTrusted: true, candidate: null };
    const { chain: other } = await fetchChain({ tls: certificates.wrongName }, known);
    expect(other).toMatchObject({ ...nothing, certificates: [{ problems: ['wrong_host'] }, {}] });
    await server!.close();
    const { chain: old } = await fetchChain({ tls: certificates.expired }, known);
    expect(old).toMatchObject({ ...nothing, certificates: [{ problems: ['expired'] }, {}] });
  });

  it('describes a certificate with unreadable dates as broken and does not suggest it', async () => {
    const found = await fetchChain({ tls: await makeUndated() });
    expect(found).toMatchObject({ chain: { certificates: [{ kind: 'broken', problems: ['broken'] }], candidate: null, isTrusted: false } });
  });

  it('reports what is wrong with the request or the server', async () => {
    expect((await fetchChain({ tls: certificates.good }, { host: 'not a host' })).errors.host.type).toBe('host_format');
    await server!.close();
    expect((await fetchChain({ tls: certificates.good }, { port: 0 })).errors.port.type).toBe('port_range');
    await server!.close();
    expect((await fetchChain({ tls: certificates.good }, { security: 'none' })).errors.security.type).toBe('no_certificate');
    await server!.close();
    expect((await fetchChain({})).errors.server).toMatchObject({
      type: 'TLS',
      message: expect.stringContaining('does not offer STARTTLS'),
    });
  });

  it('connects only for managers, from the same site, and for a POST', async () => {
    server = await serve({ tls: certificates.good });
    const question = { host: 'localhost', port: server.port, security: 'starttls' };
    for (const action of ['fetchCertificates', 'certificateFacts']) {
      const body = { ...question, pem: certificates.ca };
      for (const client of [viewer, app.nobody]) {
        const { json } = await client.post(api(action), body);
        expect(json?.chain ?? json?.certificates).toBeUndefined();
      }
      const foreign = await manager.post(api(action), body, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
      expect(foreign.json?.chain ?? foreign.json?.certificates).toBeUndefined();
      const got = await manager.get(
        `${api(action)}?${new URLSearchParams({ ...question, port: String(server.port), pem: certificates.ca }).toString()}`,
      );
      expect(got.json?.chain ?? got.json?.certificates).toBeUndefined();
    }
    expect(server.sessions).toEqual([]);
  });

  it('A1.41 stores the expiry of the server’s certificate and of the private CA at each test', async () => {
    const authority = await createPrivateCa('Ending soon');
    const notAfter = new Date(Math.floor((Date.now() + 12.5 * DAY_MS) / 1000) * 1000);
    inbox = await startInbox({ certificate: await authority.issue({ notAfter }), auth: { username: 'user', password: 'secret' } });
    const input = {
      name: `ending_${kind}`,
      host: 'localhost',
      port: inbox.port,
      username: 'user',
      password: 'secret',
      fromAddress: 'a@example.com',
    };
    const untrusted = await app.configs.create({ ...input, caCertificate: null });
    expect(untrusted).toMatchObject({ tlsVersion: null, certificateExpiresAt: null, caExpiresAt: null });

    expect((await app.configs.test(untrusted.id, { to: 'a@example.com' })).ok).toBe(false);
    expect(await app.configs.findOne(untrusted.id)).toMatchObject({ lastTestStatus: 'failed', certificateExpiresAt: notAfter });

    const trusting = { caCertificate: authority.certificate, password: 'secret' };
    const trusted = await app.configs.update(untrusted.id, trusting);
    expect(trusted).toMatchObject({ lastTestStatus: null, certificateExpiresAt: null, caExpiresAt: expect.any(Date) });
    expect((await app.configs.test(untrusted.id, { to: 'a@example.com' })).ok).toBe(true);
    const path = `/api/resources/SmtpConfig/records/${untrusted.id}/show`;
    const seen = { tlsVersion: 'TLS 1.3', certificateExpiresAt: notAfter.toISOString(), caExpiresAt: trusted.caExpiresAt!.toISOString() };
    expect((await viewer.get(path)).json.record.params).toMatchObject(seen);

    // A test that fails earlier removes nothing.
    await inbox.stop();
    expect((await app.configs.test(untrusted.id, { to: 'a@example.com' })).ok).toBe(false);
    expect(await app.configs.findOne(untrusted.id)).toMatchObject({
      lastTestStatus: 'failed',
      tlsVersion: 'TLS 1.3',
      certificateExpiresAt: notAfter,
    });
  });
});
