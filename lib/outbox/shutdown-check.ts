import { Logger } from '@nestjs/common';

/** Applications may enable the hooks right after they listen. */
const CHECK_AFTER_MS = 1_000;

/**
 * Warns if nothing in the process listens for SIGTERM: a stop then ends it in the middle of deliveries, whose messages wait for the end
 * of their lease and may be sent twice.
 * @returns cancels the check
 */
export function checkShutdown(): () => void {
  const timer = setTimeout(() => {
    if (process.listenerCount('SIGTERM') > 0) return;
    new Logger('SmtpModule').warn(
      'Nothing handles SIGTERM, so a stop interrupts deliveries: their messages wait for a minute and may be sent twice. Call app.enableShutdownHooks() before app.listen().',
    );
  }, CHECK_AFTER_MS);
  timer.unref();
  return () => clearTimeout(timer);
}
