/** Decides when `deliver` runs. The rows are the truth: a dispatcher that loses a nudge or calls twice does no harm. */
export interface MailDispatcher {
  start(): void;
  /** After a commit: there may be something to do. A hint; it may be lost. */
  nudge(): void;
  /** Takes nothing new and waits at most `graceMs` for what is in hand. */
  stop(graceMs: number): Promise<void>;
}
