import { useEffect, useState } from 'react';
import type { ConnectionOffer } from '../../../shared/connection-test.js';
import type { ScreenSettings } from '../../../shared/smtp-config.js';
import { checkDraft } from '../model/check.js';
import { wantsAppPassword, withSecurity } from '../model/rules.js';
import { focusField, hasField } from '../parts/focus-field.js';
import type { Remedies } from '../parts/StepRemedy.js';
import type { Texts } from '../parts/use-texts.js';
import type { useConfigForm } from './use-config-form.js';

interface Place {
  settings: ScreenSettings;
  texts: Texts;
  /** Closes the dialog of the test. */
  close: () => void;
  showCaField?: () => void;
}

/** Returns the remedies that a failed test can apply to its form. */
export function useRemedies(form: ReturnType<typeof useConfigForm>, { settings, texts, close, showCaField }: Place): Remedies {
  const { draft, saved } = form;
  const [goal, setGoal] = useState<{ field: string }>();
  // Runs after the dialog has returned the focus.
  useEffect(() => {
    if (goal) focusField(goal.field);
  }, [goal]);

  const use = ({ security, port }: ConnectionOffer): boolean => {
    const next = { ...withSecurity(draft, security), port: String(port) };
    form.set(next);
    // A stored password is not sent to another port: it must be entered first.
    const problems = checkDraft(next, saved, settings);
    if (Object.keys(problems).length === 0) return true;
    close();
    form.refuse(problems, texts.message('fillRequiredFields'));
    return false;
  };
  return {
    appPasswords: wantsAppPassword(draft),
    hasField,
    goTo: (field) => {
      close();
      setGoal({ field });
    },
    showCaField,
    use,
  };
}
