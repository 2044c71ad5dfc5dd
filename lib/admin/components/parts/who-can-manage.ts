import { DEFAULT_SETTINGS } from '../model/types.js';
import type { ScreenSettings } from '../../../shared/smtp-config.js';
import { useTexts } from './use-texts.js';

/** Returns the sentence about who may change mail settings. @param custom the settings that an action passes to its component */
export function useWhoCanManage(custom: Partial<ScreenSettings> | undefined): string {
  const texts = useTexts('SmtpConfig');
  const { manageRoles } = { ...DEFAULT_SETTINGS, ...custom };
  return manageRoles ? texts.t('manageRoles', { roles: manageRoles.join(', ') }) : texts.t('manageRule');
}
