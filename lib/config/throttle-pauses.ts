import { MailError } from '../shared/mail-error.js';
import type { SmtpConfig } from './smtp-config.entity.js';

const FIRST_MS = 1_000;

interface Pause {
  until: number;
  /** The length of the next pause. */
  nextMs: number;
}

/**
 * Pauses the queued mail of a configuration in this process while its server limits the rate or the connections: for a second at
 * first, then twice as long each time until the server accepts a message.
 */
export class ThrottlePauses {
  readonly #pauses = new Map<string, Pause>();

  constructor(
    private readonly maxMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  isPaused({ id }: Pick<SmtpConfig, 'id'>): boolean {
    return (this.#pauses.get(id)?.until ?? 0) > this.now();
  }

  /** Starts a pause unless one is running. Returns the error with the time to wait. */
  pause({ id }: Pick<SmtpConfig, 'id'>, error: MailError): MailError {
    const now = this.now();
    let pause = this.#pauses.get(id);
    if (!pause || pause.until <= now) {
      const ms = Math.min(pause?.nextMs ?? FIRST_MS, this.maxMs);
      pause = { until: now + ms, nextMs: 2 * ms };
      this.#pauses.set(id, pause);
    }
    const { code, summary, remedy, reply, rejected, phase, reason, values, cause } = error;
    // A limit for a recipient or a message says little about other mail, which is tried first, after the pause.
    const isLast = phase === 'recipient' || phase === 'message';
    const retryAfterMs = Math.ceil((isLast ? 2 : 1) * (pause.until - now));
    return new MailError(code, summary, { remedy, reply, rejected, phase, reason, values, cause, retryAfterMs });
  }

  /** Notes that the server accepted a message. */
  recordAccepted({ id }: Pick<SmtpConfig, 'id'>): void {
    const pause = this.#pauses.get(id);
    if (pause) pause.nextMs = FIRST_MS;
  }
}
