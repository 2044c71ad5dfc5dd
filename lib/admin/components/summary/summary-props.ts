import type { ScreenSettings } from '../../../shared/smtp-config.js';
import type { SavedConfig } from '../model/draft.js';
import type { Texts } from '../parts/use-texts.js';

/** Everything that the parts of the summary share. */
export interface SummaryProps {
  resourceId: string;
  texts: Texts;
  settings: ScreenSettings;
  config: SavedConfig;
  /** True if the admin may change and test the configuration. */
  canManage: boolean;
}
