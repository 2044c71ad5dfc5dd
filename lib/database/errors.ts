import { QueryFailedError } from 'typeorm';
import { MailError } from '../shared/mail-error.js';

/** Returns the error to throw. TypeORM's error contains the statement's parameters, ciphers among them, so only its message is kept. */
export function databaseError(error: unknown, summary: string): Error {
  return error instanceof MailError ? error : new MailError('DATABASE', summary, { cause: new Error((error as Error).message) });
}

/** True for the violation of a unique index or primary key, on any of the supported databases. */
export function isUniqueViolation(error: unknown): boolean {
  return ['23505', 'ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'].includes(codeOf(error));
}

/** Returns the driver's code of an error; `''` without one. */
export function codeOf(error: unknown): string {
  const source = error instanceof QueryFailedError ? error.driverError : error;
  const { code } = (source ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
