/** Decides when messages are delivered. The rows are authoritative, so losing a nudge or trying twice does no harm. */
export interface MailDispatcher {
  start(): void;
  /** Hints that messages may be due, after a commit. The hint may be lost. */
  nudge(): void;
  /** Stops claiming, and waits at most `graceMs` for messages in flight. */
  stop(graceMs: number): Promise<void>;
}
