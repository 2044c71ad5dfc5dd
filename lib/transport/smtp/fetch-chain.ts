import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { type DetailedPeerCertificate, type TLSSocket, connect } from 'node:tls';
import type { Egress } from '../../options/egress.js';
import { MailError } from '../../shared/mail-error.js';
import { ENDLESS_REPLY, type SmtpFailure } from '../failures/failure-context.js';
import { AddressOrder } from './address-order.js';
import { ehloNameFor } from './ehlo-name.js';
import { nameForTls } from './handshake.js';
import { openSocket, resolveHost } from './open-socket.js';
import { ReplyReader } from './reply-reader.js';
import { assertSecurity } from './security.js';
import type { ConnectionSettings } from './smtp-settings.js';
import { redactorFor } from '../failures/server-words.js';
import { toSmtpError } from '../failures/smtp-failure.js';
import { tlsOptionsFor } from '../tls/trust.js';
import type { SmtpPhase } from '../../shared/connection-test.js';

const DEADLINE_MS = 15_000;
const MAX_CHAIN = 10;
/** More than a greeting and an EHLO reply need; a server that sends more is disconnected. */
const MAX_BYTES = 65_536;

export interface ChainTarget extends ConnectionSettings {
  host: string;
  port: number;
  security: 'starttls' | 'tls';
  egress: Egress;
  /** PEM certificates trusted in addition to Node's own roots. */
  ca: string[];
}

export interface PresentedChain {
  /** The server's own certificate first, each followed by its issuer if it is known. */
  certificates: X509Certificate[];
  /** True if a connection for sending mail would accept the chain. */
  isTrusted: boolean;
}

/**
 * Fetches the certificates that a server presents. This is the only connection that does not verify certificates. It carries no
 * login and no mail, and is dropped as soon as the handshake is done.
 * @throws MailError `DNS`, `EGRESS`, `CONNECTION`, `TLS`, `TIMEOUT`, or `CONFIG_INVALID` for an unknown security setting
 */
export async function fetchChain(
  target: ChainTarget,
  { deadlineMs = DEADLINE_MS * (target.timeoutScale ?? 1) } = {},
): Promise<PresentedChain> {
  assertSecurity(target.security);
  const probe = new ChainProbe(target, deadlineMs);
  const timer = setTimeout(() => probe.fail({ code: 'ETIMEDOUT', message: 'Deadline exceeded', afterMs: deadlineMs }), deadlineMs);
  try {
    return await Promise.race([probe.run(), probe.failure]);
  } finally {
    clearTimeout(timer);
    probe.close();
  }
}

class ChainProbe {
  readonly failure: Promise<never>;
  #reject: (error: MailError) => void = () => undefined;
  #phase: SmtpPhase = 'dns';
  #socket?: Socket;
  #secure?: TLSSocket;
  #offersStartTls = false;
  #isOver = false;
  readonly #opening = new AbortController();

  constructor(
    private readonly target: ChainTarget,
    private readonly connectMs: number,
  ) {
    this.failure = new Promise<never>((_, reject) => (this.#reject = reject));
    // Without a handler, a failure after the end would be an unhandled rejection.
    this.failure.catch(() => undefined);
  }

  async run(): Promise<PresentedChain> {
    const { host, port, security, egress, localAddress } = this.target;
    const addresses = await new Promise<string[]>((resolve) =>
      resolveHost(host, (error, found) => (error ? this.fail(error) : resolve(found!))),
    );
    // The system's resolver cannot be stopped. It may return after the end, when no connection may be opened.
    if (this.#isOver) return this.failure;
    this.#phase = 'tcp';
    const order = new AddressOrder();
    const { signal } = this.#opening;
    const asked = { host, port, addresses, connectMs: this.connectMs, egress, localAddress, order, signal };
    const socket = await openSocket(asked).catch((error: SmtpFailure) => this.fail(error));
    if (!socket || this.#isOver) {
      socket?.destroy();
      return this.failure;
    }
    this.#socket = socket;
    socket.on('error', (error) => this.fail(error)).on('close', () => this.fail({ code: 'ECONNECTION' }));
    if (security === 'starttls') await this.#startTls(socket);
    this.#phase = 'tls';
    return this.#handshake(socket);
  }

  /** Reads the greeting and sends EHLO and STARTTLS. */
  #startTls(socket: Socket): Promise<void> {
    this.#phase = 'greeting';
    return new Promise((resolve) => {
      let bytes = 0;
      let awaiting: 'greeting' | 'EHLO' | 'STARTTLS' = 'greeting';
      const sendCommand = (command: 'EHLO' | 'STARTTLS', words: string): void => {
        awaiting = command;
        socket.write(`${words}\r\n`);
      };
      const replies = new ReplyReader((reply) => {
        const responseCode = Number(reply.slice(0, 3));
        const refused = { response: reply, responseCode };
        if (awaiting === 'greeting')
          return responseCode === 220 ? sendCommand('EHLO', `EHLO ${ehloNameFor(this.target, socket.localAddress)}`) : this.fail(refused);
        if (awaiting === 'STARTTLS') {
          if (responseCode !== 220) return this.fail({ ...refused, command: 'STARTTLS' });
          socket.off('data', onData);
          return resolve();
        }
        this.#offersStartTls = responseCode === 250 && /^250[ -]STARTTLS\s*$/im.test(reply);
        if (!this.#offersStartTls) return this.fail({ command: 'STARTTLS' });
        this.#phase = 'tls';
        sendCommand('STARTTLS', 'STARTTLS');
      });
      const onData = (chunk: Buffer): void => {
        bytes += chunk.length;
        if (bytes > MAX_BYTES) this.fail({ code: ENDLESS_REPLY });
        else replies.read(chunk);
      };
      socket.on('data', onData);
    });
  }

  #handshake(socket: Socket): Promise<PresentedChain> {
    const { host, tlsServerName = host, ca } = this.target;
    return new Promise((resolve) => {
      const secure = (this.#secure = connect({ ...tlsOptionsFor(ca), socket, ...nameForTls(tlsServerName), rejectUnauthorized: false }));
      secure.on('error', (error) => this.fail(error));
      secure.once('secureConnect', () => resolve({ certificates: chainOf(secure.getPeerCertificate(true)), isTrusted: secure.authorized }));
    });
  }

  fail(failure: SmtpFailure): void {
    const { host, tlsServerName, localAddress, port, security } = this.target;
    const about = { host, tlsServerName, localAddress, port, security, phase: this.#phase, startTlsOffered: this.#offersStartTls };
    const nothingSent = {
      bodyRead: false,
      utf8Offered: false,
      isEncrypted: false,
      hasLogin: false,
      from: '',
      original: (address: string) => address,
      redact: redactorFor(undefined),
    };
    this.#reject(toSmtpError(failure, { ...about, ...nothingSent, waitedMs: failure.afterMs ?? 0 }));
    this.close();
  }

  close(): void {
    this.#isOver = true;
    this.#opening.abort();
    this.#secure?.destroy();
    this.#socket?.destroy();
  }
}

/** Returns a certificate and its issuers. Node adds a trusted issuer that the server leaves out. */
function chainOf(leaf: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  for (
    let next: DetailedPeerCertificate | undefined = leaf;
    next?.raw && !seen.has(next.fingerprint256) && chain.length < MAX_CHAIN;
    next = next.issuerCertificate
  ) {
    seen.add(next.fingerprint256);
    chain.push(new X509Certificate(next.raw));
  }
  return chain;
}
