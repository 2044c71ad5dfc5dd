import { fill } from '../../shared/fill.js';
import type { ReasonValues } from '../../shared/mail-error.js';

/** The sentences of steps that passed. */
export const FINDINGS = {
  logged_in: 'Logged in as {{username}}.',
  accepted: 'The server accepted the message.',
  recipients_partly: 'The server accepted {{accepted}} of {{count}} recipients.',
  nothing_sent: 'Nothing was sent.',
  signed_in: 'Signed in to {{tenant}} through {{host}}.',
  graph_accepted: 'Microsoft accepted the message.',
};

/** Returns a finding for a step: in English, and its key for other languages. */
export function finding(key: keyof typeof FINDINGS, values: ReasonValues = {}): { detail: string; found: string; values: ReasonValues } {
  return { detail: fill(FINDINGS[key], values), found: key, values };
}
