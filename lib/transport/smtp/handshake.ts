import { isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { tlsOptionsFor, tlsOptionsForPin } from '../tls/trust.js';
import type { SmtpSettings } from './smtp-settings.js';

type HandshakeSettings = Pick<SmtpSettings, 'host' | 'tlsServerName' | 'ca' | 'pinnedCertificate' | 'client'>;

/**
 * Starts a TLS handshake over a connected socket. The certificate is always verified. `onCertificate` is called before that, so that
 * an error can name a certificate that was refused; Node closes the socket then.
 */
export function startHandshake(
  socket: Socket,
  { host, tlsServerName = host, ca, pinnedCertificate, client }: HandshakeSettings,
  onCertificate: (secure: TLSSocket) => void,
): TLSSocket {
  const options = pinnedCertificate === undefined ? tlsOptionsFor(ca, client) : tlsOptionsForPin(pinnedCertificate, client);
  // SNI has no addresses (RFC 6066 §3).
  const servername = isIP(tlsServerName) ? undefined : tlsServerName;
  const secure = connect({ ...options, socket, host: tlsServerName, servername });
  secure.prependOnceListener('secure', () => onCertificate(secure));
  return secure;
}
