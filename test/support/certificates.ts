import { createPrivateCa, type PrivateCa, type ServerCertificate } from '../../lib/testing/private-ca.js';

const DAY_MS = 86_400_000;

/** One authority and what a server can present under it, right and wrong. */
export interface Certificates {
  authority: PrivateCa;
  /** PEM to trust. */
  ca: string;
  good: ServerCertificate;
  expired: ServerCertificate;
  notYetValid: ServerCertificate;
  /** For `mail.other.example` only. */
  wrongName: ServerCertificate;
  /** Issued by an intermediate authority, which the server sends along. */
  throughIntermediate: ServerCertificate;
  /** The same without the intermediate: it cannot be verified. */
  missingIntermediate: ServerCertificate;
  /** From an authority nobody trusts. */
  otherCa: ServerCertificate;
}

export async function makeCertificates(): Promise<Certificates> {
  const authority = await createPrivateCa('Example Root CA');
  const intermediate = await authority.intermediate('Example Issuing CA');
  const other = await createPrivateCa('Foreign CA');
  const throughIntermediate = await intermediate.issue();
  const leaf = throughIntermediate.cert.split(/(?<=-----END CERTIFICATE-----)/)[0]!;
  return {
    authority,
    ca: authority.certificate,
    good: await authority.issue(),
    expired: await authority.issue({ notBefore: new Date('2024-01-01'), notAfter: new Date('2024-03-12') }),
    notYetValid: await authority.issue({ notBefore: new Date(Date.now() + 30 * DAY_MS) }),
    wrongName: await authority.issue({ names: ['mail.other.example'] }),
    throughIntermediate,
    missingIntermediate: { ...throughIntermediate, cert: leaf },
    otherCa: await other.issue(),
  };
}
