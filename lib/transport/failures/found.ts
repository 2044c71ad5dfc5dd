import { fill, type CauseValues } from './causes.js';

/** What a step that worked has to say, where it is a sentence. */
export const FINDINGS = {
  logged_in: 'Logged in as {{username}}',
  taken: 'The server took the message.',
  nothing_sent: 'Nothing was sent.',
  signed_in: '{{host}} signed the app in to {{tenant}}.',
  graph_taken: 'Microsoft took the message.',
};

/** Such a sentence as a step carries it: in English, and by its key for other languages. */
export function found(key: keyof typeof FINDINGS, values: CauseValues = {}): { detail: string; found: string; values: CauseValues } {
  return { detail: fill(FINDINGS[key], values), found: key, values };
}
