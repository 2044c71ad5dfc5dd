import { Logger } from '@nestjs/common';
import { AppError, ForbiddenError, NotFoundError, ValidationError } from 'adminjs';
import { type FieldProblem, MailError } from '../../shared/mail-error.js';
import type { FieldError } from '../../shared/admin-responses.js';

const logger = new Logger('SmtpAdmin');

/** Converts field problems to AdminJS's form: `type` is the code, `message` the sentence. */
export function recordErrors(fields: Record<string, FieldProblem> = {}): Record<string, FieldError & { message: string }> {
  return Object.fromEntries(Object.entries(fields).map(([field, { code, ...rest }]) => [field, { type: code, ...rest }]));
}

/** Converts any error to one of AdminJS. Errors other than MailError are logged, and hidden from the browser. */
export function toAdminError(error: unknown): Error {
  if ([ValidationError, ForbiddenError, NotFoundError, AppError].some((known) => error instanceof known)) return error as Error;
  if (!(error instanceof MailError)) {
    const { message, stack } = error as Error;
    logger.error(message, stack);
    return new AppError('unexpectedError');
  }
  switch (error.code) {
    case 'VALIDATION':
      return new ValidationError(recordErrors(error.fields), { message: 'thereWereValidationErrors' });
    case 'STALE':
      return new ValidationError(recordErrors(error.fields), { type: 'stale', message: error.message });
    case 'FORBIDDEN':
      if (error.cause instanceof Error) logger.error(`The access rule failed: ${error.cause.message}`, error.cause.stack);
      return new ForbiddenError(error.message);
    case 'NOT_FOUND':
      return new NotFoundError(error.message, 'SmtpAdmin');
    default:
      return new AppError(error.message);
  }
}

/** Runs the work and converts its errors to AdminJS's. */
export async function withAdminErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toAdminError(error);
  }
}
