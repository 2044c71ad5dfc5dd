import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readPem } from '../../lib/transport/tls/pem-facts.js';
import { type Certificates, makeCertificates, selfSignedServer } from '../support/certificates.js';

describe('readPem', () => {
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  const only = (pem: string, host?: string) => {
    const facts = readPem(pem, host);
    expect(facts).toHaveLength(1);
    return facts[0]!;
  };

  it('tells an authority, when it ends and its fingerprint', () => {
    const x509 = new X509Certificate(certificates.ca);
    expect(only(certificates.ca, 'mail.example.com')).toEqual({
      pem: x509.toString(),
      kind: 'authority',
      isSelfSigned: true,
      subject: 'Example Root CA',
      issuer: 'Example Root CA',
      names: [],
      validFrom: new Date(x509.validFrom).toISOString(),
      validUntil: new Date(x509.validTo).toISOString(),
      fingerprint: x509.fingerprint256,
      problems: [],
    });
  });

  it("tells a server's own certificate and whom it is for", () => {
    const leaf = certificates.good.cert;
    const names = ['localhost', '127.0.0.1', '0:0:0:0:0:0:0:1'];
    expect(only(leaf, 'localhost')).toMatchObject({ kind: 'server', isSelfSigned: false, issuer: 'Example Root CA', names, problems: [] });
    expect(only(leaf, '127.0.0.1').problems).toEqual([]);
    expect(only(leaf, 'mail.example.com').problems).toEqual(['wrong_host']);
    expect(only(leaf).problems).toEqual([]);
  });

  it('tells one that signed itself', async () => {
    expect(only((await selfSignedServer()).cert, 'localhost')).toMatchObject({ kind: 'server', isSelfSigned: true, problems: [] });
  });

  it('says at once what is wrong with each', () => {
    expect(only(certificates.expired.cert, 'localhost').problems).toEqual(['expired']);
    expect(only(certificates.notYetValid.cert, 'localhost').problems).toEqual(['not_yet_valid']);
    const broken = '-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----';
    expect(only(broken)).toMatchObject({ kind: 'broken', pem: broken, fingerprint: '', problems: ['broken'] });
  });

  it('keeps the order of a chain, and finds what is there twice or broken among the good', () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
    const text = `# of the office\r\n${certificates.throughIntermediate.cert}\n${broken}\n${certificates.ca.replaceAll('\n', '\r\n')}${certificates.ca}${broken}`;
    expect(readPem(text, 'localhost').map(({ subject, kind, problems }) => [subject, kind, problems])).toEqual([
      ['localhost', 'server', []],
      ['Example Issuing CA', 'authority', []],
      ['', 'broken', ['broken']],
      ['Example Root CA', 'authority', []],
      ['Example Root CA', 'authority', ['duplicate']],
      ['', 'broken', ['broken']],
    ]);
  });

  it('finds nothing where there is nothing', () => {
    for (const text of ['', 'hello', '-----BEGIN CERTIFICATE-----', certificates.good.key]) expect(readPem(text)).toEqual([]);
  });
});
