import { useEffect, useState } from 'react';
import type { MailLogDetails } from '../../../shared/message-details.js';
import { recordAction } from '../model/api.js';
import type { LogMessage } from '../model/message.js';

/** Returns the sender, the recipients and the parts of a message; undefined while they are loading, null if that failed. */
export function useDetails(resourceId: string, { id, status, hasBody, configId }: LogMessage): MailLogDetails | null | undefined {
  const [details, setDetails] = useState<MailLogDetails | null>();
  useEffect(() => {
    let isCurrent = true;
    const load = async (): Promise<void> => {
      const response = await recordAction(resourceId, id, 'details').catch(() => undefined);
      if (isCurrent) setDetails((before) => response?.details ?? before ?? null);
    };
    void load();
    return () => {
      isCurrent = false;
    };
    // They may change when the message is sent or moved, and when its content is deleted.
  }, [resourceId, id, status, hasBody, configId]);
  return details;
}
