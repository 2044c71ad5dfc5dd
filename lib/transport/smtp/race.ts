import type { Socket } from 'node:net';

/** Attempts to reach one address after the other, side by side. */
export interface Race {
  /** In the order in which they are tried. */
  addresses: readonly string[];
  /** Opens a connection to an address. It must be closed when the signal aborts. */
  attempt: (address: string, signal: AbortSignal) => Promise<Socket>;
  /** The time after which the next address is tried as well. */
  nextAfterMs: number;
  /** The time for all addresses together. */
  limitMs: number;
  /** True for a failure that says the same about every address: no other is tried. */
  isFinal?: (error: Error) => boolean;
  /** Ends all attempts with its reason. */
  signal: AbortSignal;
}

/** The address that was connected to, if any, those that were tried in vain, and the failures. */
export interface RaceResult {
  connected?: { address: string; socket: Socket };
  failed: string[];
  errors: Error[];
}

/**
 * Connects to several addresses side by side (RFC 8305 §5): the next attempt starts after a while, or as soon as one fails, and the
 * ones before it go on. The first to connect wins, and all others are closed. @throws the reason of the signal
 */
export async function race({ addresses, attempt, nextAfterMs, limitMs, isFinal, signal }: Race): Promise<RaceResult> {
  const open = new Map<string, AbortController>();
  const errors: Error[] = [];
  const waiting = [...addresses];
  const tried: string[] = [];
  let nextTimer: NodeJS.Timeout | undefined;
  let limitTimer: NodeJS.Timeout | undefined;
  let isOver = false;
  const closeAll = () => {
    isOver = true;
    clearTimeout(nextTimer);
    clearTimeout(limitTimer);
    for (const one of open.values()) one.abort();
  };
  signal.throwIfAborted();
  return new Promise<RaceResult>((resolve, reject) => {
    const onAbort = () => {
      closeAll();
      reject(signal.reason as Error);
    };
    const finish = (result: Omit<RaceResult, 'errors'>) => {
      signal.removeEventListener('abort', onAbort);
      closeAll();
      resolve({ ...result, errors });
    };
    const startNext = () => {
      clearTimeout(nextTimer);
      const address = waiting.shift();
      if (address === undefined) {
        if (open.size === 0) finish({ failed: tried });
        return;
      }
      const controller = new AbortController();
      open.set(address, controller);
      tried.push(address);
      nextTimer = setTimeout(startNext, nextAfterMs);
      attempt(address, controller.signal).then(
        (socket) => {
          open.delete(address);
          if (isOver) return void socket.destroy();
          finish({ connected: { address, socket }, failed: tried.slice(0, tried.indexOf(address)) });
        },
        (error: Error) => {
          open.delete(address);
          if (isOver) return;
          errors.push(error);
          if (isFinal?.(error)) finish({ failed: [] });
          else startNext();
        },
      );
    };
    signal.addEventListener('abort', onAbort, { once: true });
    limitTimer = setTimeout(() => {
      errors.push(expired(limitMs));
      finish({ failed: tried });
    }, limitMs);
    startNext();
  });
}

/** Returns the failure of a deadline. */
export const expired = (afterMs: number): Error => Object.assign(new Error('Deadline exceeded'), { code: 'ETIMEDOUT', afterMs });
