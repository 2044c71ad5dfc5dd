import { useEffect, useState } from 'react';
import type { ServerChain } from '../../../../../shared/certificates.js';
import type { TestStep } from '../../../../../shared/connection-test.js';
import { resourceAction, type ApiResponse } from '../../../model/api.js';
import type { ScreenSettings } from '../../../../../shared/smtp-config.js';
import type { Draft, SavedConfig } from '../../../model/draft.js';
import { connectionPayload } from '../../../model/payload.js';
import { stepWords } from '../../../../../shared/failure-words.js';
import { refusal } from '../../../parts/refusal.js';
import type { Texts } from '../../../parts/use-texts.js';

/** `failed` is the step that leads to the field to fix. */
type ChainState = { state: 'asking' } | { state: 'failed'; words: string; failed?: TestStep } | { state: 'known'; chain: ServerChain };

/** Fetches the certificates of the form's server when first shown, and again on `retry`. */
export function useChain(
  resourceId: string,
  draft: Draft,
  settings: ScreenSettings,
  saved: SavedConfig | null,
  texts: Texts,
): { asked: ChainState; retry: () => void } {
  const [round, setRound] = useState(0);
  const [settled, setSettled] = useState<{ round: number; response?: ApiResponse; failure?: unknown } | null>(null);
  // The form's values when the dialog was opened; they cannot change behind it.
  const [question] = useState(() => ({
    host: draft.host.trim(),
    port: Number(draft.port) || null,
    security: draft.security,
    caCertificate: draft.caCertificate || null,
    ...connectionPayload(draft, settings, saved),
  }));

  useEffect(() => {
    const abort = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const response = await resourceAction(resourceId, 'fetchCertificates', question, abort.signal);
        if (!abort.signal.aborted) setSettled({ round, response });
      } catch (failure) {
        if (!abort.signal.aborted) setSettled({ round, failure });
      }
    };
    void ask();
    return () => abort.abort();
  }, [resourceId, question, round]);

  const current = settled?.round === round ? settled : null;
  return { asked: current ? outcome(current, texts) : { state: 'asking' }, retry: () => setRound((count) => count + 1) };
}

function outcome({ response, failure }: { response?: ApiResponse; failure?: unknown }, texts: Texts): ChainState {
  if (!response) return { state: 'failed', words: texts.problem(failure) };
  if (response.chain) return { state: 'known', chain: response.chain };
  if (response.failed) {
    const { summary, remedy } = stepWords(response.failed, texts);
    return { state: 'failed', words: `${summary} ${remedy}`, failed: response.failed };
  }
  const words = Object.entries(response.errors ?? {}).map(([field, error]) => texts.error(field, error));
  return { state: 'failed', words: words.join(' ') || refusal(response, texts) };
}
