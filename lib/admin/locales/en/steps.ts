import { DIAGNOSES, type FailureReason } from '../../../transport/failures/diagnoses.js';
import { FINDINGS } from '../../../transport/failures/findings.js';

type StepTexts = Record<`reason_${FailureReason}` | `remedy_${FailureReason}` | `found_${keyof typeof FINDINGS}`, string>;

/** Texts for the steps of a test, from the tables that the server uses: `reason_…`, `remedy_…` and `found_…`. */
export const steps = Object.fromEntries([
  ...Object.entries(DIAGNOSES).flatMap(([key, { summary, remedy }]) => [
    [`reason_${key}`, summary],
    [`remedy_${key}`, remedy],
  ]),
  ...Object.entries(FINDINGS).map(([key, text]) => [`found_${key}`, text]),
]) as StepTexts;
