import { useEffect, useState } from 'react';
import type { FieldError, FieldErrors } from '../../../shared/admin-responses.js';
import { resourceAction } from '../model/api.js';

/** The state of checking a secret. `problem` is a failed call, `refused` an invalid request. */
export type SecretCheckState =
  | { state: 'idle' | 'checking' | 'readable' }
  | { state: 'unreadable'; reason: string; error: FieldError }
  | { state: 'refused'; errors: FieldErrors }
  | { state: 'failed'; problem: unknown };

const DELAY_MS = 300;

/** Checks on the server that a secret can be read and used, again when the request changes; nothing for null. */
export function useSecretCheck(resourceId: string, question: Record<string, unknown> | null): SecretCheckState {
  const asked = question && JSON.stringify(question);
  const [settled, setSettled] = useState<{ asked: string; check: SecretCheckState } | null>(null);

  useEffect(() => {
    if (!asked) return undefined;
    const abort = new AbortController();
    const ask = async (): Promise<void> => {
      let check: SecretCheckState;
      try {
        const {
          readable,
          reason = '',
          message = '',
          code,
          values,
          errors,
        } = await resourceAction(resourceId, 'checkSecret', JSON.parse(asked), abort.signal);
        if (errors) check = { state: 'refused', errors };
        else if (readable === undefined) check = { state: 'failed', problem: undefined };
        else check = readable ? { state: 'readable' } : { state: 'unreadable', reason, error: { type: code, message, values } };
      } catch (problem) {
        check = { state: 'failed', problem };
      }
      if (!abort.signal.aborted) setSettled({ asked, check });
    };
    const timer = setTimeout(() => void ask(), DELAY_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [resourceId, asked]);

  if (!asked) return { state: 'idle' };
  return settled?.asked === asked ? settled.check : { state: 'checking' };
}
