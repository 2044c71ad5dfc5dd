import { Logger } from '@nestjs/common';

const logger = new Logger('Outbox');

/** Logs an otherwise unreported error with its cause. */
export function reportError(what: string, error: unknown): void {
  const { message, cause } = error as Error;
  logger.error(`${what}: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`);
}
