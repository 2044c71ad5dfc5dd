import { CAUSES } from '../../../transport/causes.js';
import { FOUND } from '../../../transport/found.js';

/** What the steps of a test say, from the same tables as the server's own words: `cause_…`, `remedy_…` and `found_…`. */
export const stepTexts: Record<string, string> = Object.fromEntries([
  ...Object.entries(CAUSES).flatMap(([key, { summary, remedy }]) => [
    [`cause_${key}`, summary],
    [`remedy_${key}`, remedy],
  ]),
  ...Object.entries(FOUND).map(([key, text]) => [`found_${key}`, text]),
]);
