import { describe, expect, it } from '@jest/globals';
import {
  compareFingerprint,
  expiringSoon,
  fingerprintGroups,
  pemProblem,
  withCertificate,
  withoutCertificate,
} from '../../../lib/admin/components/model/certificates.js';

const PAIRS = Array.from({ length: 32 }, (_, index) => (index * 7 + 3).toString(16).padStart(2, '0').toUpperCase());
const FINGERPRINT = PAIRS.join(':');
const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

describe('compareFingerprint', () => {
  it.each([
    FINGERPRINT,
    FINGERPRINT.toLowerCase(),
    PAIRS.join(''),
    PAIRS.join(' ').toLowerCase(),
    PAIRS.join('-'),
    `  ${fingerprintGroups(FINGERPRINT).join('\n')}\n`,
    `sha256 Fingerprint=${FINGERPRINT}`,
    `SHA-256: ${FINGERPRINT}`,
    `sha256:${PAIRS.join('').toLowerCase()}`,
  ])('accepts any notation: %s', (typed) => expect(compareFingerprint(typed, FINGERPRINT)).toBe('match'));

  it.each([
    ['', 'empty'],
    ['  ', 'empty'],
    [PAIRS.toReversed().join(':'), 'differs'],
    [PAIRS.slice(0, 20).join(':'), 'weak'],
    [`SHA1 Fingerprint=${PAIRS.slice(0, 20).join(':')}`, 'weak'],
    [PAIRS.slice(0, 16).join(''), 'weak'],
    [PAIRS.slice(0, 31).join(':'), 'incomplete'],
    [`${FINGERPRINT}:00`, 'incomplete'],
    ['not a fingerprint', 'unreadable'],
    [':::', 'unreadable'],
  ])('returns for "%s": %s', (typed, outcome) => expect(compareFingerprint(typed, FINGERPRINT)).toBe(outcome));

  it('matches nothing without a certificate', () => expect(compareFingerprint(FINGERPRINT, '')).toBe('differs'));
});

describe('pemProblem', () => {
  it.each([
    ['', ''],
    [PEM, ''],
    [`# ours\n${PEM}${PEM}`, ''],
    ['hello', 'pem'],
    ['-----BEGIN CERTIFICATE-----\nAAAA', 'pem_incomplete'],
    [`${PEM}-----BEGIN CERTIFICATE-----\nAAAA`, 'pem_incomplete'],
    [`${PEM}-----BEGIN EC PRIVATE KEY-----\nAAAA`, 'private_key'],
    ['-----BEGIN ENCRYPTED PRIVATE KEY-----', 'private_key'],
  ])('returns for %j: %s', (text, problem) => expect(pemProblem(text)).toBe(problem));
});

describe('withCertificate and withoutCertificate', () => {
  const buildFacts = (pem: string) => ({ pem }) as Parameters<typeof withoutCertificate>[0][number];

  it('append a certificate and remove one', () => {
    expect(withCertificate('', PEM)).toBe(PEM);
    expect(withCertificate(' first \n', 'second')).toBe('first\nsecond');
    expect(withoutCertificate([buildFacts('one\n'), buildFacts('two\n'), buildFacts('three\n')], 1)).toBe('one\nthree');
    expect(withoutCertificate([buildFacts('one')], 0)).toBe('');
  });
});

describe('expiringSoon', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');
  const dateAfter = (days: number): string => new Date(now + days * 86_400_000).toISOString();

  it('reports the earliest expiry within thirty days', () => {
    expect(expiringSoon({ certificateExpiresAt: null, caExpiresAt: null }, now)).toBeNull();
    expect(expiringSoon({ certificateExpiresAt: dateAfter(31), caExpiresAt: null }, now)).toBeNull();
    expect(expiringSoon({ certificateExpiresAt: dateAfter(12.5), caExpiresAt: dateAfter(400) }, now)).toMatchObject({
      what: 'certificate',
      days: 12,
      isExpired: false,
    });
    expect(expiringSoon({ certificateExpiresAt: dateAfter(12.5), caExpiresAt: dateAfter(3.1) }, now)).toMatchObject({
      what: 'ca',
      days: 3,
    });
    expect(expiringSoon({ certificateExpiresAt: dateAfter(0.5), caExpiresAt: null }, now)).toMatchObject({ days: 0, isExpired: false });
    expect(expiringSoon({ certificateExpiresAt: dateAfter(-2.5), caExpiresAt: null }, now)).toMatchObject({
      what: 'certificate',
      days: -2,
      isExpired: true,
    });
  });
});
