import type { Answer } from '../model/api.js';
import type { Texts } from './use-texts.js';

/** Why the server did not do it, in words. */
export function refusal(answer: Answer, texts: Texts): string {
  const words = answer.record?.baseError?.message ?? answer.notice?.message;
  return words ? texts.said(words) : texts.t('problem_server');
}
