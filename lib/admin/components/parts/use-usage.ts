import { useEffect, useState } from 'react';
import type { ConfigUsage } from '../../../shared/smtp-config.js';
import { recordAction } from '../model/api.js';

/** Loads everything that depends on a configuration, again when `moment` changes; `failed` is true after a failed call. */
export function useUsage(resourceId: string, id: string | undefined, moment: unknown): { usage: ConfigUsage | null; failed: boolean } {
  const [settled, setSettled] = useState<{ id: string | undefined; usage: ConfigUsage | null; failed: boolean }>({
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
