import { setTimeout as pause } from 'node:timers/promises';

/** Waits for turns of the event loop. Unlike time, turns do not pass while the loop is blocked or the machine is busy. */
export async function waitTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await pause(10);
}
