import { codeOf } from './errors.js';

const DEADLINE_MS = 15_000;

/** Runs work, and repeats it after a short random pause while another writer conflicts with it, for up to 15 seconds. */
export async function retryOnContention<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isContention(error) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 25));
    }
  }
}

/**
 * True for busy or locked (SQLite); serialization failure or deadlock (PostgreSQL); deadlock, lock wait or changed record (MariaDB,
 * MySQL).
 */
function isContention(error: unknown): boolean {
  const code = codeOf(error);
  return (
    /^SQLITE_(BUSY|LOCKED)/.test(code) || ['40001', '40P01', 'ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD'].includes(code)
  );
}
