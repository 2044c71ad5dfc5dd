import { setTimeout as pause } from 'node:timers/promises';

/** Lets the event loop turn so many times. Unlike time, turns do not pass while it is blocked or the machine is busy. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await pause(10);
}
