import { MailError } from '../../lib/shared/mail-error.js';

/** Returns the error with which `work` fails. */
export async function catchError(work: Promise<unknown>): Promise<MailError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof MailError) return error;
  throw new Error('It did not fail with a MailError.', { cause: error });
}
