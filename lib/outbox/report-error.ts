import { Logger } from '@nestjs/common';

const logger = new Logger('Outbox');

/** Logs an error that nobody else would hear of, with its cause. */
export function reportError(what: string, error: unknown): void {
  const { message, cause } = error as Error;
  logger.error(`${what}: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`);
}
