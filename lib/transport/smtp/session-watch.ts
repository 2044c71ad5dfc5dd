import type { Socket } from 'node:net';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { describeTls } from '../tls/certificate-facts.js';
import { ReplyReader } from './reply-reader.js';

/** More than a server sends between two steps of a session, even if it refuses 500 recipients with several lines each. */
const MAX_BYTES = 1_048_576;
const MAX_LINES = 10_000;
const LINE_FEED = 0x0a;

interface SessionEvents {
  onReply(reply: string): void;
  /** The server sends more than {@link MAX_BYTES} or {@link MAX_LINES}. */
  onFlood(): void;
  /** The TLS handshake begins. */
  onHandshake(): void;
  /** The TLS handshake is done and the certificate accepted. */
  onEncrypted(): void;
}

/**
 * Listens on the sockets of an SMTPConnection, which upgrades to TLS by itself and reports only the end. The watch makes no
 * decisions: it records events, and the certificate of the server.
 */
export class SessionWatch {
  /** The socket in use; after the handshake begins, the encrypted one. */
  socket: Socket;
  /** The certificate that the server presented, accepted or not. */
  certificate?: PeerCertificate;
  /** E.g. `TLS 1.3`. */
  tlsVersion?: string;
  /** One line about the encryption; empty without encryption. */
  tls = '';
  #bytes = 0;
  #lines = 0;

  constructor(
    private readonly connection: SMTPConnection,
    plain: Socket,
    private readonly events: SessionEvents,
  ) {
    this.socket = plain;
  }

  /** Starts listening. Call it after the connection has attached itself: an earlier listener would consume the first bytes. */
  start(): void {
    this.#followUpgrade();
    if (!('encrypted' in this.socket)) this.#listen(this.socket);
  }

  /** Starts a new step, which resets the limits on received data. */
  startStep(): void {
    this.#bytes = 0;
    this.#lines = 0;
  }

  #listen(socket: Socket): void {
    const replies = new ReplyReader((reply) => this.events.onReply(reply));
    // Ahead of nodemailer, which keeps every line in memory until it has processed it, empty lines too.
    socket.prependListener('data', (chunk: Buffer) => this.#count(chunk));
    socket.on('data', (chunk: Buffer) => {
      replies.read(chunk);
      this.#followUpgrade();
    });
  }

  #count(chunk: Buffer): void {
    this.#bytes += chunk.length;
    for (const byte of chunk) if (byte === LINE_FEED) this.#lines++;
    if (this.#bytes > MAX_BYTES || this.#lines > MAX_LINES) this.events.onFlood();
  }

  #followUpgrade(): void {
    const current = this.connection._socket;
    if (!current || current === this.socket) return;
    const socket = current as TLSSocket;
    this.socket = socket;
    this.events.onHandshake();
    // Before Node verifies the certificate and may close the socket, so that the error can name a refused certificate.
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
