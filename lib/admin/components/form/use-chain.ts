import { useEffect, useState } from 'react';
import { resourceAction } from '../model/api.js';
import type { ServerChain } from '../model/certificates.js';
import type { Draft } from '../model/draft.js';
import { refusal } from '../parts/refusal.js';
import type { Texts } from '../parts/use-texts.js';

export type Asked = { state: 'asking' } | { state: 'failed'; words: string } | { state: 'known'; chain: ServerChain };

/** Asks the server of the form once, when it is first shown and again on `retry`, which certificates it presents. */
export function useChain(resourceId: string, draft: Draft, texts: Texts): { asked: Asked; retry: () => void } {
  const [asked, setAsked] = useState<Asked>({ state: 'asking' });
  const [round, setRound] = useState(0);
  // What stood in the form when the dialog was opened: behind it nothing is typed.
  const [question] = useState(() => ({
    host: draft.host.trim(),
    port: Number(draft.port) || null,
    security: draft.security,
    caCertificate: draft.caCertificate || null,
  }));

  useEffect(() => {
    const abort = new AbortController();
    const ask = async (): Promise<void> => {
      setAsked({ state: 'asking' });
      try {
        const answer = await resourceAction(resourceId, 'fetchCertificates', question, abort.signal);
        const words = Object.entries(answer.errors ?? {}).map(([field, error]) => texts.error(field, error));
        if (abort.signal.aborted) return;
        if (answer.chain) setAsked({ state: 'known', chain: answer.chain });
        else setAsked({ state: 'failed', words: words.join(' ') || refusal(answer, texts) });
      } catch (error) {
        if (!abort.signal.aborted) setAsked({ state: 'failed', words: texts.problem(error) });
      }
    };
    void ask();
    return () => abort.abort();
    // Asked anew on demand only: the texts are new objects at every render.
  }, [resourceId, question, round]);

  return { asked, retry: () => setRound((count) => count + 1) };
}
