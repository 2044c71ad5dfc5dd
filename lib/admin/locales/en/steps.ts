import { CAUSES, type CauseKey } from '../../../transport/causes.js';
import { FOUND } from '../../../transport/found.js';

type StepTexts = Record<`cause_${CauseKey}` | `remedy_${CauseKey}` | `found_${keyof typeof FOUND}`, string>;

/** What the steps of a test say, from the same tables as the server's own words: `cause_…`, `remedy_…` and `found_…`. */
export const steps = Object.fromEntries([
  ...Object.entries(CAUSES).flatMap(([key, { summary, remedy }]) => [
    [`cause_${key}`, summary],
    [`remedy_${key}`, remedy],
  ]),
  ...Object.entries(FOUND).map(([key, text]) => [`found_${key}`, text]),
]) as StepTexts;
