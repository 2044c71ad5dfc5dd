import { X509Certificate } from 'node:crypto';
import { type PeerCertificate, checkServerIdentity } from 'node:tls';
import { certificateBlocks } from '../../options/certificates.js';
import { oneLine } from '../failures/server-words.js';

const MAX_NAMES = 50;

/** What speaks against a certificate: `wrong_host` is said of one that is no authority and not for the host either. */
export type CertificateProblem = 'broken' | 'expired' | 'not_yet_valid' | 'wrong_host' | 'duplicate';

/** A certificate in words. One that cannot be read has the kind `broken`, its text and nothing else. */
export interface CertificateFacts {
  /** Written anew, so that it holds the certificate and nothing beside it. */
  pem: string;
  kind: 'authority' | 'server' | 'broken';
  isSelfSigned: boolean;
  subject: string;
  issuer: string;
  /** DNS names and addresses it is for. */
  names: string[];
  /** ISO 8601. */
  validFrom: string;
  validUntil: string;
  /** SHA-256 in pairs: `AB:CD:…`. */
  fingerprint: string;
  problems: CertificateProblem[];
}

/** What a PEM text holds, certificate by certificate; with a host, whether each is of use for it. */
export function readPem(pem: string, host?: string): CertificateFacts[] {
  const seen = new Set<string>();
  return certificateBlocks(pem).map((block) => {
    const facts = factsOfBlock(block, host);
    if (facts.fingerprint && seen.has(facts.fingerprint)) facts.problems.push('duplicate');
    seen.add(facts.fingerprint);
    return facts;
  });
}

/** A certificate that a server presents may be readable and its dates not, as anybody can make one. */
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
    validUntil: new Date(certificate.validTo).toISOString(),
    fingerprint: certificate.fingerprint256,
    problems: [],
  };
  const now = Date.now();
  if (Date.parse(facts.validUntil) < now) facts.problems.push('expired');
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
  const nothing = { isSelfSigned: false, subject: '', issuer: '', names: [], validFrom: '', validUntil: '', fingerprint: '' };
  return { ...nothing, pem, kind: 'broken', problems: ['broken'] };
}

function isSelfSigned(certificate: X509Certificate): boolean {
  try {
    return certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey);
  } catch {
    // A kind of key that this Node does not know.
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
