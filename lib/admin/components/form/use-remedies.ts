import { useEffect, useState } from 'react';
import { checkDraft } from '../model/check.js';
import { withSecurity } from '../model/rules.js';
import type { Offer, ScreenSettings } from '../model/types.js';
import { focusField, hasField } from '../parts/focus-field.js';
import type { Remedies } from '../parts/StepRemedy.js';
import type { Texts } from '../parts/use-texts.js';
import type { useConfigForm } from './use-config-form.js';

interface Place {
  settings: ScreenSettings;
  texts: Texts;
  /** Closes the dialog of the test. */
  close: () => void;
  askForCa?: () => void;
}

/** What a failed test can change in the form it was started from. */
export function useRemedies(form: ReturnType<typeof useConfigForm>, { settings, texts, close, askForCa }: Place): Remedies {
  const { draft, saved } = form;
  const [goal, setGoal] = useState<{ field: string }>();
  // After the dialog has given the focus back.
  useEffect(() => {
    if (goal) focusField(goal.field);
  }, [goal]);

  const use = ({ security, port }: Offer): boolean => {
    const next = { ...withSecurity(draft, security), port: String(port) };
    form.set(next);
    // A stored password is not sent to another port: it has to be typed first.
    const problems = checkDraft(next, saved, settings);
    if (Object.keys(problems).length === 0) return true;
    close();
    form.refuse(problems, texts.message('fillRequiredFields'));
    return false;
  };
  return {
    appPasswords: draft.type === 'generic' && draft.authMethod === 'password',
    hasField,
    goTo: (field) => {
      close();
      setGoal({ field });
    },
    askForCa,
    use,
  };
}
