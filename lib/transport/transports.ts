import type { ComposedMail } from '../message/compose.js';
import type { MailTransport, SendReceipt } from './mail-transport.js';

/** Identifies a transport: a version of a configuration, and the revision of its secret. */
export interface TransportKey {
  id: string;
  version: number;
  /** Increases when a secret in a secret source changes. @default 0 */
  revision?: number;
}

interface Live extends Required<Omit<TransportKey, 'id'>> {
  transport: Promise<MailTransport>;
  /** The transport, once it is built. */
  built?: MailTransport;
}

/** Keeps one live transport per configuration. A newer version or secret replaces it; the older transport finishes and closes. */
export class Transports {
  readonly #live = new Map<string, Live>();
  /** Transports that are closing, with their configurations. */
  readonly #retired = new Map<Promise<MailTransport>, string>();

  /** Sends through the transport of that version, or a newer one that is already live. `make` builds a missing transport. */
  async send(config: TransportKey, make: () => Promise<MailTransport>, mail: ComposedMail): Promise<SendReceipt> {
    for (;;) {
      const live = this.of(config, make);
      const transport = (live.built = await live.transport);
      // The transport may have been replaced while it was being built, and a closed one accepts no mail.
      if (this.#live.get(config.id) === live) return transport.send(mail);
    }
  }

  /** Returns the number of messages that a connection of a configuration takes: one while an earlier version uses connections. */
  perConnection(id: string): number {
    const isClosing = [...this.#retired.values()].includes(id);
    return isClosing ? 1 : (this.#live.get(id)?.built?.perConnection ?? 1);
  }

  /** Returns the connections that the server of a configuration accepts, if it refused one recently. */
  acceptedConnections(id: string): number | undefined {
    return this.#live.get(id)?.built?.acceptedConnections;
  }

  /** Lets the transport of a configuration finish and close. Resolves when its idle connections are closed. */
  async retire(id: string): Promise<void> {
    const transport = this.#live.get(id)?.transport;
    this.#live.delete(id);
    if (!transport) return;
    this.#retired.set(transport, id);
    const retired = await transport.catch(() => undefined);
    void retired?.close().finally(() => this.#retired.delete(transport));
    if (!retired) this.#retired.delete(transport);
    await retired?.idleClosed;
  }

  /** Retires every transport and waits until no socket is left. Aborts mail that takes longer than `graceMs`. */
  async close(graceMs?: number): Promise<void> {
    for (const id of this.#live.keys()) void this.retire(id);
    await Promise.allSettled([...this.#retired.keys()].map(async (transport) => (await transport).close(graceMs)));
  }

  private of({ id, version, revision = 0 }: TransportKey, make: () => Promise<MailTransport>): Live {
    const current = this.#live.get(id);
    if (current && (current.version > version || (current.version === version && current.revision >= revision))) return current;
    // No new connection opens while the older transport is closing its idle ones.
    const live: Live = { version, revision, transport: this.retire(id).then(make) };
    live.transport.catch(() => {
      if (this.#live.get(id) === live) this.#live.delete(id);
    });
    this.#live.set(id, live);
    return live;
  }
}
