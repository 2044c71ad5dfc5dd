import { setTimeout as pause } from 'node:timers/promises';

/** Tries until `work` no longer throws, and gives what it gave. @throws what the last try threw */
export async function eventually<T>(work: () => Promise<T> | T, withinMs = 20_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(25);
    }
  }
}
