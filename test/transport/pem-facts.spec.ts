import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readPem } from '../../lib/transport/tls/pem-facts.js';
import { type Certificates, makeCertificates, makeSelfSigned } from '../support/certificates.js';

describe('readPem', () => {
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  const readOne = (pem: string, host?: string) => {
    const facts = readPem(pem, host);
    expect(facts).toHaveLength(1);
    return facts[0]!;
  };

  it('describes an authority with its dates and fingerprint', () => {
    const x509 = new X509Certificate(certificates.ca);
    expect(readOne(certificates.ca, 'mail.example.com')).toEqual({
      pem: x509.toString(),
      kind: 'authority',
      isSelfSigned: true,
      subject: 'Example Root CA',
      issuer: 'Example Root CA',
      names: [],
      validFrom: new Date(x509.validFrom).toISOString(),
      expiresAt: new Date(x509.validTo).toISOString(),
      fingerprint: x509.fingerprint256,
      problems: [],
    });
  });

  it("describes a server's certificate with its host names", () => {
    const leaf = certificates.good.cert;
    const names = ['localhost', '127.0.0.1', '0:0:0:0:0:0:0:1'];
    expect(readOne(leaf, 'localhost')).toMatchObject({
      kind: 'server',
      isSelfSigned: false,
      issuer: 'Example Root CA',
      names,
      problems: [],
    });
    expect(readOne(leaf, '127.0.0.1').problems).toEqual([]);
    expect(readOne(leaf, 'mail.example.com').problems).toEqual(['wrong_host']);
    expect(readOne(leaf).problems).toEqual([]);
  });

  it('recognizes a self-signed certificate', async () => {
    expect(readOne((await makeSelfSigned()).cert, 'localhost')).toMatchObject({ kind: 'server', isSelfSigned: true, problems: [] });
  });

  it('reports the problems of each certificate', () => {
    expect(readOne(certificates.expired.cert, 'localhost').problems).toEqual(['expired']);
    expect(readOne(certificates.notYetValid.cert, 'localhost').problems).toEqual(['not_yet_valid']);
    const broken = '-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----';
    expect(readOne(broken)).toMatchObject({ kind: 'broken', pem: broken, fingerprint: '', problems: ['broken'] });
  });

  it('keeps the order of a chain, and reports duplicate and broken certificates', () => {
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

  it('returns nothing without certificates', () => {
    for (const text of ['', 'hello', '-----BEGIN CERTIFICATE-----', certificates.good.key]) expect(readPem(text)).toEqual([]);
  });
});
