import { isIP, type Socket } from 'node:net';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { tlsOptionsFor } from '../tls/trust.js';

/** Returns the name for SNI, which has no addresses (RFC 6066 §3), and for the certificate check. */
export const nameForTls = (host: string): { host: string; servername?: string } => ({ host, servername: isIP(host) ? undefined : host });

/**
 * Starts a TLS handshake over a connected socket. The certificate is always verified. `onCertificate` is called before that, so that
 * an error can name a certificate that was refused; Node closes the socket then.
 */
export function startHandshake(
  socket: Socket,
  { host, tlsServerName = host, ca }: { host: string; tlsServerName?: string; ca: string[] },
  onCertificate: (certificate: PeerCertificate, version?: string) => void,
): TLSSocket {
  const secure = connect({ ...tlsOptionsFor(ca), socket, ...nameForTls(tlsServerName) });
  secure.prependOnceListener('secure', () => {
    onCertificate(secure.getPeerCertificate(), secure.getProtocol()?.replace('TLSv', 'TLS '));
  });
  return secure;
}
