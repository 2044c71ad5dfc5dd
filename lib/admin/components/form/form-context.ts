import { createContext, useContext } from 'react';
import type { FieldErrors } from '../../../shared/admin-responses.js';
import type { SecretColumn } from '../../../shared/config-fields.js';
import type { ScreenSettings } from '../../../shared/smtp-config.js';
import type { Draft, SavedConfig } from '../model/draft.js';
import type { LoadedUsage } from '../parts/use-usage.js';
import type { Texts } from '../parts/use-texts.js';
import type { Change } from './use-config-form.js';

/** The state that the groups of the form share. */
export interface FormState {
  resourceId: string;
  texts: Texts;
  settings: ScreenSettings;
  draft: Draft;
  /** The draft that the form started with. */
  start: Draft;
  /** Null until the configuration exists. */
  saved: SavedConfig | null;
  /** Everything that depends on the configuration; null until it is known. */
  usage: LoadedUsage;
  errors: FieldErrors;
  set: (change: Change) => void;
  /** Proposes a name for a new configuration, if it has none yet. */
  proposeName: () => void;
  refuse: (errors: FieldErrors, summary: string) => void;
  /** Opens the dialog for entering or choosing a secret. */
  addSecret: (column: SecretColumn) => void;
  /** Shows the field for a private CA. */
  showCaField: () => void;
  /** The number of times that `showCaField` was called. */
  caRequests: number;
}

export const FormContext = createContext<FormState | null>(null);

/** Returns the form of a group. */
export function useForm(): FormState {
  const form = useContext(FormContext);
  if (!form) throw new Error('This part belongs inside the configuration form.');
  return form;
}
