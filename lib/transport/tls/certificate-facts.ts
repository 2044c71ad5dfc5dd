import { rootCertificates, type DetailedPeerCertificate, type PeerCertificate, type TLSSocket } from 'node:tls';
import { utcDay } from '../../shared/utc-time.js';
import { oneLine } from '../failures/server-words.js';
import { EXPIRES_SOON_MS, type TlsFacts, type TrustedBy } from '../../shared/certificates.js';

const DAY_MS = 86_400_000;
const MAX_NAMES = 100;

/** Describes an encrypted connection in one line: `TLS 1.3 · mail.example.com · Example CA · expires 12 Mar 2027`. */
export function describeTls(socket: TLSSocket): string {
  const certificate = socket.getPeerCertificate();
  const left = Date.parse(certificate.valid_to) - Date.now();
  const days = Math.floor(left / DAY_MS);
  const soon = left < EXPIRES_SOON_MS ? ` (in ${days} ${days === 1 ? 'day' : 'days'})` : '';
  const expiry = `expires ${utcDay(certificate.valid_to, 'en-GB')}${soon}`;
  return oneLine([versionOf(socket), namesOf(certificate)[0], issuerOf(certificate), expiry].filter(Boolean).join(' · '));
}

/** Returns the facts of a connection whose certificate was accepted. */
export function tlsFacts(
  socket: TLSSocket,
  { ca, ownCa = [], pinnedCertificate }: { ca: readonly string[]; ownCa?: readonly string[]; pinnedCertificate?: string },
): TlsFacts {
  const certificate = socket.getPeerCertificate(true);
  return {
    version: versionOf(socket),
    cipher: oneLine(socket.getCipher().standardName ?? socket.getCipher().name, 100),
    ...certificateFacts(certificate),
    verifiedBy:
      pinnedCertificate === undefined ? verifiedBy(certificate, ca, ownCa) : { kind: 'pinned', name: oneLine(nameOf(certificate), 200) },
  };
}

/** Returns the facts of a certificate. */
export function certificateFacts(certificate: PeerCertificate): Pick<TlsFacts, 'subject' | 'issuer' | 'names' | 'validFrom' | 'expiresAt'> {
  return {
    subject: formatDistinguishedName(certificate.subject),
    issuer: formatDistinguishedName(certificate.issuer),
    names: namesOf(certificate)
      .slice(0, MAX_NAMES)
      .map((name) => oneLine(name, 255)),
    validFrom: dayOf(certificate.valid_from),
    expiresAt: dayOf(certificate.valid_to),
  };
}

/** Returns the names that a certificate is valid for. */
export function namesOf(certificate: PeerCertificate): string[] {
  const alternatives = (certificate.subjectaltname ?? '')
    .split(', ')
    .map((entry) => entry.replace(/^(DNS|IP Address):/, ''))
    .filter(Boolean);
  const common = [certificate.subject?.CN].flat().filter((name): name is string => Boolean(name));
  return [...new Set(alternatives.length ? alternatives : common)];
}

/** Returns the short name of the issuer. */
export function issuerOf(certificate: PeerCertificate): string {
  return [certificate.issuer?.CN ?? certificate.issuer?.O].flat().filter(Boolean).join(', ');
}

/** Returns a date of a certificate in ISO 8601; empty if it cannot be read. */
export function dayOf(date: string | undefined): string {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? '' : new Date(time).toISOString();
}

const versionOf = (socket: TLSSocket): string => (socket.getProtocol() ?? 'TLS').replace('TLSv', 'TLS ');

/** Formats a name as `CN=mail.example.com, O=Example`, the most specific part first. */
function formatDistinguishedName(name: PeerCertificate['subject'] | undefined): string {
  const parts = (['CN', 'OU', 'O', 'L', 'ST', 'C'] as const).flatMap((key) =>
    [name?.[key]].flat().map((value) => value && `${key}=${value}`),
  );
  return oneLine(parts.filter(Boolean).join(', '), 300);
}

/** The longest chain that OpenSSL accepts (`depth` of its X509_VERIFY_PARAM). */
const MAX_DEPTH = 100;

/** Follows the issuers of the server's certificate to the first trust anchor. */
function verifiedBy(leaf: DetailedPeerCertificate, ca: readonly string[], ownCa: readonly string[]): TlsFacts['verifiedBy'] {
  const kinds = new Map<string, TrustedBy>();
  for (const body of publicRoots()) kinds.set(body, 'public');
  for (const pem of ca) kinds.set(bodyOf(pem), 'application');
  for (const pem of ownCa) kinds.set(bodyOf(pem), 'configuration');
  let certificate = leaf;
  for (let depth = 0; ; depth++) {
    const kind = kinds.get(certificate.raw.toString('base64'));
    const next = certificate.issuerCertificate as DetailedPeerCertificate | undefined;
    const isTop = !next?.raw || next.fingerprint256 === certificate.fingerprint256 || depth === MAX_DEPTH;
    if (kind || isTop) return { kind: kind ?? 'machine', name: oneLine(nameOf(certificate), 200) };
    certificate = next;
  }
}

const nameOf = ({ subject }: PeerCertificate): string => [subject?.CN ?? subject?.O].flat().filter(Boolean).join(', ');

/** Returns the base64 of a PEM. */
const bodyOf = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, '');

let roots: readonly string[] | undefined;
const publicRoots = (): readonly string[] => (roots ??= rootCertificates.map(bodyOf));
