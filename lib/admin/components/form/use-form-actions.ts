import type { ActionProps } from 'adminjs';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { hasField, type SecretColumn } from '../../../shared/config-fields.js';
import type { FormField } from '../model/conflict.js';
import { secretFields, type SecretDraft } from '../model/secret.js';
import type { TestResult } from '../parts/TestDialog.js';
import { focusOnArrival, useArrivalFocus } from '../parts/use-arrival-focus.js';
import { listUrl, recordUrl, useGo } from '../parts/use-go.js';
import type { Texts } from '../parts/use-texts.js';
import type { useConfigForm } from './use-config-form.js';

/** The field or button that gets the focus after a refusal: the first field with an error, or the choice after an edit conflict. */
const TO_FIX = '[aria-invalid="true"]:not([role]), [data-invalid="true"], [data-testid="stale"] :is(button, input:checked)';

interface Place {
  resourceId: string;
  texts: Texts;
  single: boolean;
  /** The name of the AdminJS action, and the id of the record it was opened on. */
  action: ActionProps['action']['name'];
  recordId: unknown;
}

/** The actions of the form, and the dialog that is open. */
export interface FormActions {
  /** The form element, for the focus. */
  element: RefObject<HTMLFormElement>;
  dialog: 'test' | 'leave' | SecretColumn | null;
  open: (dialog: FormActions['dialog']) => void;
  close: () => void;
  save: () => Promise<void>;
  /** Loads the version that someone else saved, with the changes made here except those to the given fields, or without them. */
  reload: (how: 'keep' | 'drop', given?: FormField[]) => void;
  cancel: () => void;
  leave: () => void;
  openTest: () => void;
  /** Applies a secret that was entered or chosen in its dialog. */
  apply: (column: SecretColumn, secret: SecretDraft) => void;
  showCaField: () => void;
  /** Closes the dialog of a test and shows the field for a private CA; undefined if the kind has none. */
  showCaFieldAfterTest: (() => void) | undefined;
  caRequests: number;
  /** The outcome of the last test, while the form is unchanged. */
  test: TestResult | null;
  setOutcome: (result: TestResult) => void;
}

/** Returns the actions of the form. They move the focus if the pressed button disappears. */
export function useFormActions(form: ReturnType<typeof useConfigForm>, place: Place): FormActions {
  const { resourceId, texts, single, action, recordId } = place;
  const { draft, dirty, refusals } = form;
  const go = useGo();
  const element = useRef<HTMLFormElement>(null);
  const [dialog, setDialog] = useState<FormActions['dialog']>(null);
  const [caRequests, setCaRequests] = useState(0);
  const [applied, setApplied] = useState<{ column: SecretColumn } | null>(null);
  const [outcome, setOutcome] = useState<(TestResult & { of: string }) | null>(null);
  useArrivalFocus();

  useEffect(() => {
    if (refusals) element.current?.querySelector<HTMLElement>(TO_FIX)?.focus();
  }, [refusals]);

  // The button that opened the dialog of a secret may have disappeared with the choice.
  useEffect(() => {
    if (applied) document.getElementById(`${applied.column}-choose`)?.focus();
  }, [applied]);

  const close = (): void => setDialog(null);
  const toList = (): void => go(listUrl(resourceId));
  const showCaField = (): void => setCaRequests((count) => count + 1);
  // A test applies to the tested values: once the form changes, the button is neutral again.
  const fingerprint = JSON.stringify(draft);

  return {
    element,
    dialog,
    open: setDialog,
    close,
    save: async () => {
      const done = await form.save();
      // A configuration that was deleted while it was edited is saved as a new one.
      const isNew = action === 'new' || (!single && recordId !== done?.id);
      if (!done || done.left || !isNew) return;
      focusOnArrival('#save');
      go(recordUrl(resourceId, done.id, 'edit'));
    },
    reload: (how, given) => {
      // The pressed button disappears with its message.
      element.current?.querySelector<HTMLElement>('#save')?.focus();
      void form.reload(how, given);
    },
    cancel: () => (dirty ? setDialog('leave') : toList()),
    leave: () => {
      if (!single) return toList();
      form.discard();
      close();
    },
    openTest: () => {
      if (form.check(texts.message('fillRequiredFields'))) setDialog('test');
    },
    apply: (column, secret) => {
      form.set(secretFields(column, secret));
      close();
      setApplied({ column });
    },
    showCaField,
    showCaFieldAfterTest: hasField(draft.type, 'caCertificate')
      ? () => {
          close();
          showCaField();
        }
      : undefined,
    caRequests,
    test: outcome?.of === fingerprint ? outcome : null,
    setOutcome: (result) => setOutcome({ ...result, of: fingerprint }),
  };
}
