import type { Notice } from '../../../shared/admin-answers.js';
import type { RecordAnswer } from '../model/api.js';
import type { Texts } from './use-texts.js';

interface Refused {
  record?: Pick<RecordAnswer, 'baseError'>;
  notice?: Notice;
}

/** True if the record of the call no longer exists. */
export const isGone = ({ record }: Refused): boolean => record?.baseError?.type === 'NotFoundError';

/** Returns the text for the server's refusal. */
export function refusal(answer: Refused, texts: Texts): string {
  if (isGone(answer)) return texts.t('problem_gone');
  const words = answer.record?.baseError?.message ?? answer.notice?.message;
  return words ? texts.said(words) : texts.t('problem_server');
}
