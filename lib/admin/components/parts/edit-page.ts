import type { Remedies } from './StepRemedy.js';
import { recordUrl } from './use-go.js';

/** Returns remedies for a test that was not started from the form: they open the form of that configuration at the field. */
export const editPage = (resourceId: string, id: string): Pick<Remedies, 'hasField' | 'hrefOf'> => ({
  hasField: () => true,
  hrefOf: (field) => `${recordUrl(resourceId, id, 'edit')}#${field}`,
});
