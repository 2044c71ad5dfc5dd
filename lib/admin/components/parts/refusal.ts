import type { Notice } from '../../../shared/admin-responses.js';
import type { RecordResponse } from '../model/api.js';
import type { Texts } from './use-texts.js';

interface Refused {
  record?: Pick<RecordResponse, 'baseError'>;
  notice?: Notice;
}

/** True if the record of the call no longer exists. */
export const isNotFound = ({ record }: Refused): boolean => record?.baseError?.type === 'NotFoundError';

/** Returns the text for the server's refusal. */
export function refusal(response: Refused, texts: Texts): string {
  if (isNotFound(response)) return texts.t('problem_deleted');
  const words = response.record?.baseError?.message ?? response.notice?.message;
  return words ? texts.serverMessage(words) : texts.t('problem_server');
}
