import { useEffect, useState } from 'react';
import type { ConnectionOffer } from '../../../shared/connection-test.js';
import type { ScreenSettings } from '../../../shared/smtp-config.js';
import { checkDraft } from '../model/check.js';
import { wantsAppPassword, withSecurity } from '../model/rules.js';
import { focusField, hasField } from '../parts/focus-field.js';
import type { Remedies } from '../parts/StepRemedy.js';
import { useEditPage } from '../parts/use-edit-page.js';
import type { Texts } from '../parts/use-texts.js';
import type { useConfigForm } from './use-config-form.js';

interface Place {
  resourceId: string;
  readOnly: boolean;
  settings: ScreenSettings;
  texts: Texts;
  /** Closes the dialog of the test. */
  close: () => void;
  showCaField?: () => void;
}

/** Returns the remedies that a failed test can apply to its form. */
export function useRemedies(
  form: ReturnType<typeof useConfigForm>,
  { resourceId, readOnly, settings, texts, close, showCaField }: Place,
): Remedies {
  const { draft, saved } = form;
  const [goal, setGoal] = useState<{ field: string }>();
  // Runs after the dialog has returned the focus.
  useEffect(() => {
    if (goal) focusField(goal.field);
  }, [goal]);

  const elsewhere = useEditPage(resourceId, saved?.id ?? '', close);
  const appPasswords = wantsAppPassword(draft);
  // Reloads the page: when switching from showing to editing, AdminJS builds the form twice, and the focus is lost with the first one.
  if (readOnly) return { appPasswords, ...elsewhere, goTo: (field) => window.location.assign(elsewhere.hrefOf(field)) };

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
    appPasswords,
    hasField,
    goTo: (field) => {
      close();
      setGoal({ field });
    },
    showCaField,
    use,
  };
}
