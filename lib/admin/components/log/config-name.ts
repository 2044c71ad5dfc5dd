import type { LogMessage } from '../model/message.js';
import type { Texts } from '../parts/use-texts.js';

/** Returns the name of the configuration that sent a message or will send it: "acme", or "acme (default)" if it uses the default. */
export function configNameOf({ sentBy, configName, usesDefault }: LogMessage, texts: Texts): string {
  if (sentBy) return sentBy;
  if (usesDefault) return configName ? texts.t('configDefault', { name: configName }) : texts.t('configNoDefault');
  return configName ?? texts.t('configDeleted');
}
