import type { Caller } from '../options/access.js';
import type { ResolvedTests } from '../options/tests.js';
import { diagnosedError } from '../transport/failures/diagnoses.js';

const MINUTE_MS = 60_000;

interface Use {
  /** Start times of the last minute's tests, oldest first. */
  begins: number[];
  running: number;
}

/** Identifies an admin by email address or id. Admins with neither count as one. */
function personOf({ email, id }: Record<string, unknown>): string {
  const known = [email, id].find((value) => typeof value === 'string' || typeof value === 'number');
  return String(known ?? '').slice(0, 320);
}

/**
 * Limits the rate and the concurrency of the connections that an admin can make this process open: enough for a person, too little
 * for a network scan. The application's own code is not limited.
 */
export class TestLimits {
  /** Ordered by activity, the most recent last. */
  readonly #uses = new Map<string, Use>();

  constructor(
    private readonly limits: ResolvedTests,
    private readonly now = (): number => performance.now(),
  ) {}

  /** The number of admins who were active within the last minute. */
  get size(): number {
    return this.#uses.size;
  }

  /** Runs the work within the limits. @throws MailError `RATE_LIMITED` before the work starts */
  async run<T>({ admin }: Caller, work: () => Promise<T>): Promise<T> {
    if (!admin) return work();
    const use = this.#begin(personOf(admin));
    try {
      return await work();
    } finally {
      use.running -= 1;
    }
  }

  #begin(person: string): Use {
    const now = this.now();
    this.#forget(now - MINUTE_MS);
    const use = this.#uses.get(person) ?? { begins: [], running: 0 };
    use.begins = use.begins.filter((begin) => begin > now - MINUTE_MS);
    const { perMinute, concurrent } = this.limits;
    if (use.running >= concurrent) throw diagnosedError('tests_at_once', { limit: concurrent }, { retryAfterMs: 1_000 });
    if (use.begins.length >= perMinute) {
      const retryAfterMs = Math.ceil(use.begins[0]! + MINUTE_MS - now);
      throw diagnosedError('tests_per_minute', { limit: perMinute, seconds: Math.ceil(retryAfterMs / 1_000) }, { retryAfterMs });
    }
    use.begins.push(now);
    use.running += 1;
    this.#uses.delete(person);
    this.#uses.set(person, use);
    return use;
  }

  #forget(before: number): void {
    for (const [person, { begins, running }] of this.#uses) {
      if (begins.at(-1)! > before) return;
      if (running === 0) this.#uses.delete(person);
    }
  }
}
