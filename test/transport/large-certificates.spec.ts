import { beforeAll, describe, expect, it } from '@jest/globals';
import { resolveEgress } from '../../lib/options/egress.js';
import { fetchChain } from '../../lib/transport/smtp/fetch-chain.js';
import { readPem } from '../../lib/transport/tls/pem-facts.js';
import { SmtpSession } from '../../lib/transport/smtp/smtp-session.js';
import { makeCertificate, makeKeys, pemOf, type TestKeys } from '../support/authorities.js';
import type { ScriptedServer } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

const egress = resolveEgress();

describe('a server with large certificates', () => {
  let keys: TestKeys;
  let key: string;
  const serve = useServer();
  beforeAll(async () => {
    keys = await makeKeys();
    key = await pemOf(keys);
  });

  const issue = (subject: string, issuer: string, names?: string[]): Promise<string> =>
    makeCertificate({ subject: `CN=${subject}`, issuer: `CN=${issuer}`, keys, signer: keys, isAuthority: !names, names });
  const chainOf = async (length: number): Promise<string[]> => {
    const authorities = Array.from({ length: length - 1 }, (_, index) => issue(`CA ${index}`, `CA ${index + 1}`));
    return Promise.all([issue('localhost', 'CA 0', ['localhost']), ...authorities]);
  };
  const present = (cert: string[]): Promise<ScriptedServer> => serve({ tls: { key, cert: cert.join('\n') } });

  it('is shown with ten of a hundred certificates, and can be trusted by any of them', async () => {
    const cert = await chainOf(100);
    const { port } = await present(cert);
    const target = { host: 'localhost', port, security: 'starttls' as const, egress };
    expect(await fetchChain({ ...target, ca: [] })).toMatchObject({ isTrusted: false, certificates: { length: 10 } });
    expect(await fetchChain({ ...target, ca: [cert[99]!] })).toMatchObject({ isTrusted: true, certificates: { length: 10 } });
    const client = new SmtpSession({ ...target, ca: [cert[99]!], ownCa: [cert[99]!], maxConnections: 1 });
    await client.connect();
    expect(client.tlsFacts()).toMatchObject({ verifiedBy: { kind: 'configuration', name: 'CA 98' } });
    await client.quit();
  });

  it('is refused if it has more certificates than OpenSSL accepts', async () => {
    const { port } = await present(await chainOf(400));
    const asked = fetchChain({ host: 'localhost', port, security: 'starttls', ca: [], egress });
    await expect(asked).rejects.toMatchObject({ code: 'TLS', reason: 'tls_failed' });
  });

  it('is shown with some of thousands of names, even if none of them matches', async () => {
    const names = Array.from({ length: 3_000 }, (_, index) => `host-${index}.example`);
    const cert = await issue('many', 'many', names);
    expect(readPem(cert, 'mail.example')).toMatchObject([{ names: { length: 50 }, problems: ['wrong_host'] }]);
    const { port } = await present([cert]);
    const client = new SmtpSession({ host: 'localhost', port, security: 'starttls', ca: [cert], egress, maxConnections: 1 });
    const error = await client.connect().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CERTIFICATE', reason: 'cert_name' });
    expect(String(error).length).toBeLessThan(600);
    expect(client.tlsFacts()).toMatchObject({ names: { length: 100 } });
    await client.quit();
  });
});
