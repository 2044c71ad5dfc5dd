import type { Socket } from 'node:net';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { describeTls } from './certificate-facts.js';
import { ReplyReader } from './reply-reader.js';

interface SessionEvents {
  onReply(reply: string): void;
  /** The TLS handshake begins. */
  onHandshake(): void;
  /** The TLS handshake is done and the certificate accepted. */
  onEncrypted(): void;
}

/**
 * Listens along on the sockets of an SMTPConnection, which goes from plain to TLS by itself and only reports
 * the end of it all. Nothing is decided here: it is known when what happened, and under which certificate.
 */
export class SessionWatch {
  /** The socket in use; after the handshake begins, the encrypted one. */
  socket: Socket;
  /** What the server presented, accepted or not. */
  certificate?: PeerCertificate;
  /** E.g. `TLS 1.3`. */
  tlsVersion?: string;
  /** One line about the encryption, empty without. */
  tls = '';

  constructor(
    private readonly connection: SMTPConnection,
    plain: Socket,
    private readonly events: SessionEvents,
  ) {
    this.socket = plain;
  }

  /** To be called when the connection has attached itself: a listener of ours before its own would take the first bytes. */
  start(): void {
    this.#followUpgrade();
    if (!('encrypted' in this.socket)) this.#listen(this.socket);
  }

  #listen(socket: Socket): void {
    const replies = new ReplyReader((reply) => this.events.onReply(reply));
    socket.on('data', (chunk: Buffer) => {
      replies.read(chunk);
      this.#followUpgrade();
    });
  }

  #followUpgrade(): void {
    const current = this.connection._socket;
    if (!current || current === this.socket) return;
    const socket = current as TLSSocket;
    this.socket = socket;
    this.events.onHandshake();
    // Before Node judges the certificate, and closes: a refused one can still be named in the error.
    socket.prependOnceListener('secure', () => {
      this.certificate = socket.getPeerCertificate();
      this.tlsVersion = socket.getProtocol()?.replace('TLSv', 'TLS ');
    });
    socket.once('secureConnect', () => {
      this.tls = describeTls(socket);
      this.events.onEncrypted();
      this.#listen(socket);
    });
  }
}
