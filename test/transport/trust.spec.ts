import { expect, describe, it } from '@jest/globals';
import { resolveEgress } from '../../lib/options/egress.js';
import { fetchChain } from '../../lib/transport/smtp/fetch-chain.js';
import { isTrustAnchor } from '../../lib/transport/tls/trust.js';
import { issuersInCycle, makeCertificate, makeKeys, pemOf } from '../support/authorities.js';
import { startServer } from '../support/smtp-servers.js';

describe('what a connection trusts', () => {
  it('is told as it is used: what was left out of a cycle of issuers is no anchor', async () => {
    const { authorities } = await issuersInCycle();
    expect(authorities.map((pem) => isTrustAnchor(pem, authorities))).toEqual([true, false]);
  });
});

describe('the key exchange of TLS 1.2', () => {
  it.each([
    ['ECDHE-RSA-AES128-GCM-SHA256', true],
    ['AES128-GCM-SHA256', true],
    // The server chooses how large the group is: one of 8192 bits blocked this process for 400 ms.
    ['DHE-RSA-AES128-GCM-SHA256', false],
  ])('%s is offered: %s', async (ciphers, isOffered) => {
    const keys = await makeKeys('rsa');
    const plan = { subject: 'CN=localhost', issuer: 'CN=localhost', keys, signer: keys, isAuthority: false, names: ['localhost'] };
    const cert = await makeCertificate(plan);
    const tls = { key: await pemOf(keys), cert, ciphers, dhparam: 'auto', maxVersion: 'TLSv1.2' as const };
    const server = await startServer({ tls });
    for (const ca of [[], [cert]]) {
      const asked = fetchChain({ host: 'localhost', port: server.port, security: 'starttls', ca, egress: resolveEgress() });
      if (isOffered) await expect(asked).resolves.toMatchObject({ isTrusted: ca.length > 0 });
      else await expect(asked).rejects.toMatchObject({ code: 'TLS' });
    }
    await server.close();
  });
});
