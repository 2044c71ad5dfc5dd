import { createContext, useContext } from 'react';
import type { FieldErrors } from '../../../shared/admin-answers.js';
import type { SecretColumn } from '../../../shared/config-fields.js';
import type { ConfigUsage, ScreenSettings } from '../../../shared/smtp-config.js';
import type { Draft, SavedConfig } from '../model/draft.js';
import type { Texts } from '../parts/use-texts.js';
import type { Change } from './use-config-form.js';

/** The state that every group of the form works on. */
export interface FormState {
  resourceId: string;
  texts: Texts;
  settings: ScreenSettings;
  draft: Draft;
  /** The draft that the form started with. */
  start: Draft;
  /** Null while the configuration does not exist yet. */
  saved: SavedConfig | null;
  /** Everything that depends on the configuration; null until that is known. */
  usage: { usage: ConfigUsage | null; failed: boolean };
  errors: FieldErrors;
  readOnly: boolean;
  /** True if this admin may have the server look things up. */
  mayAsk: boolean;
  set: (change: Change) => void;
  refuse: (errors: FieldErrors, summary: string) => void;
  /** Opens the dialog in which a secret is typed or chosen. */
  addSecret: (column: SecretColumn) => void;
  /** Shows the field for a private CA. */
  askForCa: () => void;
  /** Number of times that `askForCa` was called. */
  caAsked: number;
}

export const FormContext = createContext<FormState | null>(null);

/** The form a group stands in. */
export function useForm(): FormState {
  const form = useContext(FormContext);
  if (!form) throw new Error('This part belongs inside the configuration form.');
  return form;
}
