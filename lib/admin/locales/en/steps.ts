import { DIAGNOSES, type CauseKey } from '../../../transport/failures/causes.js';
import { FINDINGS } from '../../../transport/failures/found.js';

type StepTexts = Record<`cause_${CauseKey}` | `remedy_${CauseKey}` | `found_${keyof typeof FINDINGS}`, string>;

/** What the steps of a test say, from the same tables as the server's own words: `cause_…`, `remedy_…` and `found_…`. */
export const steps = Object.fromEntries([
  ...Object.entries(DIAGNOSES).flatMap(([key, { summary, remedy }]) => [
    [`cause_${key}`, summary],
    [`remedy_${key}`, remedy],
  ]),
  ...Object.entries(FINDINGS).map(([key, text]) => [`found_${key}`, text]),
]) as StepTexts;
