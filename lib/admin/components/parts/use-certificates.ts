import { useEffect, useState } from 'react';
import type { FieldErrors } from '../../../shared/admin-responses.js';
import type { CertificateFacts } from '../../../shared/certificates.js';
import { resourceAction } from '../model/api.js';

export interface Certificates {
  certificates: CertificateFacts[];
  /** The problems that the server found in the text. */
  errors?: FieldErrors;
  failure?: unknown;
  loading: boolean;
}

const DELAY_MS = 300;

/** Loads descriptions of the certificates in a string after a pause in typing; nothing for null. Known descriptions stay while loading. */
export function useCertificates(resourceId: string, pem: string | null, host: string): Certificates {
  const asked = pem === null ? '' : JSON.stringify([pem, host]);
  const [settled, setSettled] = useState<{ asked: string; pem: string | null } & Omit<Certificates, 'loading'>>({
    asked: '',
    pem: null,
    certificates: [],
  });

  useEffect(() => {
    if (!asked) return undefined;
    const abort = new AbortController();
    const ask = async (): Promise<void> => {
      const [text, server] = JSON.parse(asked) as [string, string];
      try {
        const {
          certificates = [],
          errors,
          notice,
        } = await resourceAction(resourceId, 'certificateFacts', { pem: text, host: server }, abort.signal);
        if (!abort.signal.aborted)
          setSettled({ asked, pem: text, certificates, errors, failure: notice?.type === 'error' ? notice : undefined });
      } catch (failure) {
        if (!abort.signal.aborted) setSettled({ asked, pem: text, certificates: [], failure });
      }
    };
    const timer = setTimeout(() => void ask(), DELAY_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [resourceId, asked]);

  if (!asked || settled.pem !== pem) return { certificates: [], loading: asked !== '' };
  return { ...settled, loading: settled.asked !== asked };
}
