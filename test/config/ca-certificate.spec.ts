import { beforeAll, describe, expect, it } from '@jest/globals';
import { caProblem, caTextProblem } from '../../lib/config/ca-certificate.js';
import { canonicalDestination, type Destination } from '../../lib/config/destination.js';
import { earliestExpiry, MAX_CERTIFICATES, MAX_PEM } from '../../lib/options/certificates.js';
import { certificateBlocks } from '../../lib/shared/pem.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

describe('the private CA of a configuration', () => {
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await makeCertificates();
  });

  it('accepts one or several certificates with text around them', () => {
    for (const pem of [certificates.ca, `${certificates.throughIntermediate.cert}\n# the root:\r\n${certificates.ca}\nend`]) {
      expect(caProblem(pem)).toBeUndefined();
    }
  });

  it('is rejected with the reason', () => {
    const { ca, good } = certificates;
    const body = ca.split('\n')[3]!;
    const cases: [unknown, string][] = [
      [undefined, 'pem'],
      ['', 'pem'],
      ['hello', 'pem'],
      [`${ca}\0`, 'pem'],
      [ca.replace(body, ''), 'pem'],
      [ca.replace(body, `${body.slice(0, 9)}\0${body.slice(10)}`), 'pem'],
      [`${BEGIN}\n${END}`, 'pem'],
      [`${ca}${BEGIN}\nAAAA\n${END}`, 'pem'],
      [ca.replace(END, ''), 'pem_incomplete'],
      [`${ca}${BEGIN}\nAAAA`, 'pem_incomplete'],
      [`${ca}${good.key}`, 'private_key'],
    ];
    for (const [pem, code] of cases) expect([pem, caProblem(pem)?.code]).toEqual([pem, code]);
  });

  it('has a maximum length and a maximum number of certificates', () => {
    const { ca } = certificates;
    expect(caProblem(ca.padEnd(MAX_PEM))).toBeUndefined();
    expect(caProblem(ca.padEnd(MAX_PEM + 1))?.code).toBe('pem_too_long');
    expect(caProblem(ca.repeat(MAX_CERTIFICATES))).toBeUndefined();
    const many = `${BEGIN}\nAAAA\n${END}`.repeat(MAX_CERTIFICATES + 1);
    for (const problem of [caProblem(many), caTextProblem(many)]) expect(problem?.code).toBe('pem_too_long');
  });

  it('is scanned once, however often a certificate begins', () => {
    // With a regular expression, each BEGIN line was followed by a search for its end: 2 GB of text to read.
    const beginnings = BEGIN.repeat(12_000);
    expect(certificateBlocks(beginnings)).toEqual([]);
    expect(certificateBlocks(`${beginnings}${END}`)).toHaveLength(1);
    expect(caProblem(BEGIN.repeat(2_000))?.code).toBe('pem_incomplete');
  });

  it('never has a destination that a secret was sealed for, once it is damaged', () => {
    const buildDestination = (caCertificate: string | null): string =>
      JSON.stringify(canonicalDestination({ type: 'generic', host: 'localhost', port: 25, caCertificate } as Destination));
    const { ca } = certificates;
    const damaged = [ca.replace(END, ''), 'hello', ca.slice(0, 200), `${ca}\0`, ca.padEnd(MAX_PEM + 1)];
    for (const pem of damaged) expect([buildDestination(null), buildDestination(ca)]).not.toContain(buildDestination(pem));
    for (const pem of damaged.slice(0, 3)) expect(earliestExpiry(pem)).toBeNull();
    expect(earliestExpiry(ca.padEnd(MAX_PEM + 1))).toBeNull();
  });
});
