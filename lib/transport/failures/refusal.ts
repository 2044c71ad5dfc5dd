import type { FailureReason } from './diagnoses.js';
import { REFUSAL_RULES, type RefusedStep } from './refusal-rules.js';

/** A refusal by a server. */
export interface Refusal {
  status: number;
  /** The whole reply in one line. */
  words: string;
  step: RefusedStep;
  from: string;
  /** The refused recipient; empty for any other refusal. */
  address: string;
  utf8Offered: boolean;
  hasLogin: boolean;
}

const GREYLISTED = /gr[ea]y-?list/i;

/** Returns what a refusal is about. */
export function refusalReason(refusal: Refusal): FailureReason {
  const { status, step, hasLogin } = refusal;
  const words = withoutAddresses(refusal.words);
  const codes = `${status} ${enhancedCode(refusal.words)}`;
  const found = REFUSAL_RULES.find(
    (rule) =>
      (!rule.at || rule.at.includes(step)) &&
      !(rule.anonymous && hasLogin) &&
      (rule.codes?.test(codes) || rule.words?.some((pattern) => pattern.test(words))) &&
      !rule.except?.test(words),
  );
  const reason = found?.reason ?? usualReason(status === 421 ? 'session' : step, { status, codes, words, hasLogin });
  if (status >= 500) return utf8Reason(reason, refusal);
  // Greylisting of a recipient or a message; it counts as an attempt.
  return reason === 'recipient_refused' || (step === 'recipient' && GREYLISTED.test(words)) ? 'recipient_deferred' : reason;
}

/** Returns the reason for a refusal without words that are known. */
function usualReason(
  step: RefusedStep,
  { status, codes, words, hasLogin }: Pick<Refusal, 'status' | 'words' | 'hasLogin'> & { codes: string },
): FailureReason {
  const isPermanent = status >= 500;
  if (status === 530 && !hasLogin) return 'auth_required';
  // RFC 3463: a matter of security or policy. Of a recipient or a message, it may be greylisting without the word.
  const isPolicy = /^(?:421|45[0124]) 4\.7\.\d/.test(codes) && !GREYLISTED.test(words);
  if (status === 552) return step === 'recipient' ? 'mailbox_full' : 'content_too_large';
  switch (step) {
    case 'session':
      if (isPolicy) return 'rate_limited';
      return status === 421 ? 'session_ended' : 'session_refused';
    case 'ehlo':
      return isPermanent ? 'helo_refused' : 'server_trouble';
    case 'sender':
      if (isPermanent) return 'sender_refused';
      if (isPolicy && !/sender/i.test(words)) return 'rate_limited';
      return GREYLISTED.test(words) || /sender/i.test(words) || / 4\.1\.\d+$/.test(codes) ? 'sender_deferred' : 'server_trouble';
    case 'recipient':
      if (/\bsender\b/i.test(words)) return isPermanent ? 'sender_refused' : 'recipient_deferred';
      return isPermanent ? 'recipient_policy' : 'recipient_deferred';
    case 'message':
      return isPermanent ? 'content_refused' : 'content_deferred';
  }
}

const IS_ASCII = /^[\0-\x7f]*$/;

/** Replaces the reason for the refusal of an address that only SMTPUTF8 allows. */
function utf8Reason(reason: FailureReason, { from, address, utf8Offered }: Refusal): FailureReason {
  if (utf8Offered) return reason;
  if (reason === 'sender_refused' && !IS_ASCII.test(from)) return 'sender_smtputf8';
  return (reason === 'recipient_refused' || reason === 'recipient_policy') && !IS_ASCII.test(address) ? 'recipient_smtputf8' : reason;
}

/** Removes the text that a reply quotes, which may contain any words: addresses, and the paths of links. */
export function withoutAddresses(words: string): string {
  return words
    .replace(/<[^<>]*>/g, '')
    .replace(/https?:\/\/([\w.-]+)\S*/gi, '$1')
    .replace(/\S+@\S+/g, '');
}

/** Returns the enhanced code of a reply (RFC 3463); empty without one. qmail puts it at the end, as `(#5.7.1)`. */
function enhancedCode(words: string): string {
  return (/^\d{3} #?(\d\.\d{1,3}\.\d{1,3})\b/.exec(words) ?? /\(#(\d\.\d{1,3}\.\d{1,3})\)/.exec(words))?.[1] ?? '';
}
