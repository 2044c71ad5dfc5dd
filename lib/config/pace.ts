/** The first pause; each further one is twice as long, until the server accepts a message. */
export const FIRST_PAUSE_MS = 1_000;

/** The pace of a configuration, as a process knows it. All times are by `performance.now()`. */
export interface Pace {
  version: number;
  pausedUntil: number;
  nextPauseMs: number;
  /** The start of the measurement: the last refusal before which the server had accepted mail, or the first one. */
  since?: number;
  /** The messages that it accepted since then. */
  accepted: number;
  /** The domains of the recipients in the last refusal that was about recipients or content. */
  domains?: string;
  /** Messages a second at `since`; undefined while it is unknown. */
  learned?: number;
  /** The time until which only one process sends. */
  soleUntil: number;
  /** The messages that may start at `countedAt`. */
  allowed: number;
  countedAt: number;
  /** The messages of this process's turn that have not started yet, and the time until which they may start. */
  granted: number;
  grantedUntil: number;
  /** The end of the current turn, and whether another process has it. */
  turnUntil: number;
  isOthersTurn: boolean;
  /** The connections that the server accepted from another process. */
  connections?: number;
  /** The shared values that are known. */
  revision?: string;
  sharedSince?: string;
}

/** Returns the pace of a configuration whose server has just refused a message for the first time. */
export function newPace(version: number): Pace {
  const times = { pausedUntil: 0, soleUntil: 0, grantedUntil: 0, turnUntil: 0, countedAt: 0 };
  return { version, ...times, nextPauseMs: FIRST_PAUSE_MS, accepted: 0, allowed: 0, granted: 0, isOthersTurn: false };
}
