import type { LogMessage } from '../model/message.js';
import type { Texts } from '../parts/use-texts.js';

/** The configuration a message left through or is meant for: "acme", or "acme (default)" when it goes by the default one. */
export function configNameOf({ sentBy, configName, usesDefault }: LogMessage, texts: Texts): string {
  if (sentBy) return sentBy;
  if (usesDefault) return configName ? texts.t('configDefault', { name: configName }) : texts.t('configNoDefault');
  return configName ?? texts.t('configGone');
}
