import { useEffect, useState } from 'react';
import { recordAction } from '../model/api.js';
import type { Usage } from '../model/usage.js';

/** What depends on a configuration, asked of the server, and anew when `moment` changes; `failed` when it could not be told. */
export function useUsage(resourceId: string, id: string | undefined, moment: unknown): { usage: Usage | null; failed: boolean } {
  const [settled, setSettled] = useState<{ id: string | undefined; usage: Usage | null; failed: boolean }>({
    id,
    usage: null,
    failed: false,
  });
  useEffect(() => {
    if (!id) return undefined;
    let isLeft = false;
    recordAction(resourceId, id, 'usage').then(
      ({ usage = null }) => !isLeft && setSettled({ id, usage, failed: usage === null }),
      () => !isLeft && setSettled({ id, usage: null, failed: true }),
    );
    return () => {
      isLeft = true;
    };
  }, [resourceId, id, moment]);
  return settled.id === id ? settled : { usage: null, failed: false };
}
