import type { Remedies } from './StepRemedy.js';
import { focusOnArrival } from './use-arrival-focus.js';
import { recordUrl, useGo } from './use-go.js';

/** Returns remedies for a test that was not started from the form: they open the form of that configuration at the field. */
export function useEditPage(resourceId: string, id: string, close: () => void): Required<Pick<Remedies, 'hasField' | 'hrefOf' | 'goTo'>> {
  const go = useGo();
  const url = recordUrl(resourceId, id, 'edit');
  return {
    hasField: () => true,
    hrefOf: (field) => `${url}#${field}`,
    goTo: (field) => {
      close();
      focusOnArrival(`#${field}`);
      go(url);
    },
  };
}
