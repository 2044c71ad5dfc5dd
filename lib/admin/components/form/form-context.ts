import { createContext, useContext } from 'react';
import type { Draft, SavedConfig } from '../model/draft.js';
import type { SecretColumn } from '../model/secret.js';
import type { FieldErrors, ScreenSettings } from '../model/types.js';
import type { Texts } from '../parts/use-texts.js';
import type { Usage } from '../model/usage.js';
import type { Change } from './use-config-form.js';

/** What every group of the form works on. */
export interface FormState {
  resourceId: string;
  texts: Texts;
  settings: ScreenSettings;
  draft: Draft;
  /** What the form started with. */
  start: Draft;
  /** Null while the configuration does not exist yet. */
  saved: SavedConfig | null;
  /** What depends on it; null until that is known. */
  usage: { usage: Usage | null; failed: boolean };
  errors: FieldErrors;
  readOnly: boolean;
  /** Whether this admin may have the server look things up. */
  mayAsk: boolean;
  set: (change: Change) => void;
  refuse: (errors: FieldErrors, summary: string) => void;
  /** Opens the dialog in which a secret is typed or chosen. */
  addSecret: (column: SecretColumn) => void;
  /** Shows the field for a private CA. */
  askForCa: () => void;
  /** How often that was asked for. */
  caAsked: number;
}

export const FormContext = createContext<FormState | null>(null);

/** The form a group stands in. */
export function useForm(): FormState {
  const form = useContext(FormContext);
  if (!form) throw new Error('This part belongs inside the configuration form.');
  return form;
}
