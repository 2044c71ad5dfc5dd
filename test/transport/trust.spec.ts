import { expect, describe, it } from '@jest/globals';
import { resolveEgress } from '../../lib/options/egress.js';
import { fetchChain } from '../../lib/transport/smtp/fetch-chain.js';
import { isTrustAnchor } from '../../lib/transport/tls/trust.js';
import { makeIssuerCycle, makeCertificate, makeKeys, pemOf } from '../support/authorities.js';
import { useServer } from '../support/use-server.js';

describe('isTrustAnchor', () => {
  it('returns false for an authority that was removed from a cycle of issuers', async () => {
    const { authorities } = await makeIssuerCycle();
    expect(authorities.map((pem) => isTrustAnchor(pem, authorities))).toEqual([true, false]);
  });
});

describe('the key exchange of TLS 1.2', () => {
  const serve = useServer();

  it.each([
    ['ECDHE-RSA-AES128-GCM-SHA256', true],
    ['AES128-GCM-SHA256', true],
    // The server chooses the size of the group. One of 8192 bits blocked this process for 400 ms.
    ['DHE-RSA-AES128-GCM-SHA256', false],
  ])('%s is offered: %s', async (ciphers, isOffered) => {
    const keys = await makeKeys('rsa');
    const plan = { subject: 'CN=localhost', issuer: 'CN=localhost', keys, signer: keys, isAuthority: false, names: ['localhost'] };
    const cert = await makeCertificate(plan);
    const tls = { key: await pemOf(keys), cert, ciphers, dhparam: 'auto', maxVersion: 'TLSv1.2' as const };
    const server = await serve({ tls });
    for (const ca of [[], [cert]]) {
      const asked = fetchChain({ host: 'localhost', port: server.port, security: 'starttls', ca, egress: resolveEgress() });
      if (isOffered) await expect(asked).resolves.toMatchObject({ isTrusted: ca.length > 0 });
      else await expect(asked).rejects.toMatchObject({ code: 'TLS' });
    }
  });
});
