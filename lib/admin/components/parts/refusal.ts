import type { Answer } from '../model/api.js';
import type { Texts } from './use-texts.js';

/** Whether the record of the call does not exist any more. */
export const isGone = ({ record }: Answer): boolean => record?.baseError?.type === 'NotFoundError';

/** Why the server did not do it, in words. */
export function refusal(answer: Answer, texts: Texts): string {
  if (isGone(answer)) return texts.t('problem_gone');
  const words = answer.record?.baseError?.message ?? answer.notice?.message;
  return words ? texts.said(words) : texts.t('problem_server');
}
