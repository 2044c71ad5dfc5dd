import type { RecordAnswer } from '../model/api.js';
import type { Notice } from '../model/types.js';
import type { Texts } from './use-texts.js';

interface Refused {
  record?: Pick<RecordAnswer, 'baseError'>;
  notice?: Notice;
}

/** Whether the record of the call does not exist any more. */
export const isGone = ({ record }: Refused): boolean => record?.baseError?.type === 'NotFoundError';

/** Why the server did not do it, in words. */
export function refusal(answer: Refused, texts: Texts): string {
  if (isGone(answer)) return texts.t('problem_gone');
  const words = answer.record?.baseError?.message ?? answer.notice?.message;
  return words ? texts.said(words) : texts.t('problem_server');
}
