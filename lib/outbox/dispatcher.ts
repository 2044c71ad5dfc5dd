/** Decides when messages are delivered. The rows are the truth: a dispatcher that loses a nudge or tries twice does no harm. */
export interface MailDispatcher {
  start(): void;
  /** Hints that messages may be due, after a commit. The hint may be lost. */
  nudge(): void;
  /** Claims nothing more and waits at most `graceMs` for what is in flight. */
  stop(graceMs: number): Promise<void>;
}
