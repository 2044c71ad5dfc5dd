import type { ScreenSettings } from '../../../shared/smtp-config.js';
import { DEFAULT_SETTINGS } from '../model/types.js';
import { type Texts, useTexts } from '../parts/use-texts.js';

/** The texts of the change history, and those of the screens whose fields and values it shows. */
export interface HistoryTexts {
  texts: Texts;
  config: Texts;
  message: Texts;
  settings: ScreenSettings;
}

/** Returns the texts of the change history. @param custom the settings that an action passes to its component */
export function useHistoryTexts(custom: Partial<ScreenSettings> | undefined): HistoryTexts {
  return {
    texts: useTexts('SmtpAudit'),
    config: useTexts('SmtpConfig'),
    message: useTexts('SmtpMessage'),
    settings: { ...DEFAULT_SETTINGS, ...custom },
  };
}
