import { X509Certificate } from 'node:crypto';
import { type PeerCertificate, checkServerIdentity } from 'node:tls';
import { certificateBlocks } from '../../shared/pem.js';
import { oneLine } from '../failures/server-words.js';
import type { CertificateFacts } from '../../shared/certificates.js';

const MAX_NAMES = 50;

/** Returns the facts of each certificate of a PEM string. With a host, includes problems with its name. */
export function readPem(pem: string, host?: string): CertificateFacts[] {
  const seen = new Set<string>();
  return certificateBlocks(pem).map((block) => {
    const facts = factsOfBlock(block, host);
    if (facts.fingerprint && seen.has(facts.fingerprint)) facts.problems.push('duplicate');
    seen.add(facts.fingerprint);
    return facts;
  });
}

/** Returns the facts of a certificate. A server's certificate may be parsable and still have unreadable dates. */
export function factsOf(certificate: X509Certificate, host?: string): CertificateFacts {
  try {
    return read(certificate, host);
  } catch {
    return broken(certificate.toString());
  }
}

function read(certificate: X509Certificate, host: string | undefined): CertificateFacts {
  const legacy = certificate.toLegacyObject();
  const facts: CertificateFacts = {
    pem: certificate.toString(),
    kind: certificate.ca ? 'authority' : 'server',
    isSelfSigned: isSelfSigned(certificate),
    subject: nameOf(legacy.subject),
    issuer: nameOf(legacy.issuer),
    names: namesOf(certificate),
    validFrom: new Date(certificate.validFrom).toISOString(),
    expiresAt: new Date(certificate.validTo).toISOString(),
    fingerprint: certificate.fingerprint256,
    problems: [],
  };
  const now = Date.now();
  if (Date.parse(facts.expiresAt) < now) facts.problems.push('expired');
  if (Date.parse(facts.validFrom) > now) facts.problems.push('not_yet_valid');
  if (host && !certificate.ca && checkServerIdentity(host, legacy)) facts.problems.push('wrong_host');
  return facts;
}

function factsOfBlock(block: string, host: string | undefined): CertificateFacts {
  try {
    return read(new X509Certificate(block), host);
  } catch {
    return broken(block);
  }
}

function broken(pem: string): CertificateFacts {
  const nothing = { isSelfSigned: false, subject: '', issuer: '', names: [], validFrom: '', expiresAt: '', fingerprint: '' };
  return { ...nothing, pem, kind: 'broken', problems: ['broken'] };
}

function isSelfSigned(certificate: X509Certificate): boolean {
  try {
    return certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey);
  } catch {
    // This version of Node does not support the type of key.
    return false;
  }
}

function nameOf(name: PeerCertificate['subject'] | undefined): string {
  const { CN, O, OU } = (name ?? {}) as Record<string, string | string[] | undefined>;
  const parts = [CN ?? OU, O].flat().filter((part): part is string => Boolean(part));
  return oneLine([...new Set(parts)].join(', '), 200);
}

function namesOf({ subjectAltName = '' }: X509Certificate): string[] {
  const names = [...subjectAltName.matchAll(/(?:^|, )(?:DNS|IP Address):([^,"]+)/g)].map(([, name = '']) => oneLine(name, 255));
  return [...new Set(names)].slice(0, MAX_NAMES);
}
