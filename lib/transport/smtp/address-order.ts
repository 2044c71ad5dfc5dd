import { isIPv6 } from 'node:net';

/** The most addresses of a host that are tried, so that a DNS reply cannot make the process open any number of sockets. */
const MAX_TRIED = 20;
/** The time for which an address that did not answer is tried last. */
const UNANSWERED_MS = 600_000;
/** The most addresses that are remembered. */
const MAX_REMEMBERED = 100;

/** The order in which the addresses of a host are tried. Remembers those that did not answer, and puts them last. */
export class AddressOrder {
  readonly #unanswered = new Map<string, number>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Returns the addresses to try. Those that did not answer are the last, the one that was tried longest ago first. */
  sort(addresses: readonly string[]): string[] {
    const rank = new Map([...this.#unanswered.keys()].map((address, index) => [address, index]));
    const isSilent = (address: string) => this.now() - (this.#unanswered.get(address) ?? -Infinity) < UNANSWERED_MS;
    const distinct = [...new Set(addresses)];
    const silent = distinct.filter(isSilent).sort((one, other) => rank.get(one)! - rank.get(other)!);
    return [...alternateFamilies(distinct.filter((address) => !isSilent(address))), ...silent].slice(0, MAX_TRIED);
  }

  /** Records that an address did not answer. */
  addUnanswered(address: string): void {
    this.#unanswered.delete(address);
    this.#unanswered.set(address, this.now());
    const [oldest] = this.#unanswered.keys();
    if (this.#unanswered.size > MAX_REMEMBERED) this.#unanswered.delete(oldest!);
  }

  /** Records that an address answered. */
  addAnswered(address: string): void {
    this.#unanswered.delete(address);
  }
}

/** Alternates between IPv6 and IPv4, beginning with the family that the operating system prefers (RFC 8305 §4). */
function alternateFamilies(addresses: readonly string[]): string[] {
  const isFirst = (address: string) => isIPv6(address) === isIPv6(addresses[0]!);
  const first = addresses.filter(isFirst);
  const other = addresses.filter((address) => !isFirst(address));
  const length = Math.max(first.length, other.length);
  return Array.from({ length }, (_, index) => [...first.slice(index, index + 1), ...other.slice(index, index + 1)]).flat();
}
