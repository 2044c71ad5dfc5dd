import { de } from './de/index.js';
import { en } from './en/index.js';
import { es } from './es/index.js';
import { it } from './it/index.js';
import { ja } from './ja/index.js';
import { pl } from './pl/index.js';
import { ptBR } from './pt-BR/index.js';
import { ua } from './ua/index.js';
import { zhCN } from './zh-CN/index.js';
import { type Language, type ResourceId, type ResourceTexts, textsByResource } from './language.js';

/** The languages that AdminJS ships, by its names for them. */
export const LANGUAGES = { de, en, es, it, ja, pl, 'pt-BR': ptBR, ua, 'zh-CN': zhCN } satisfies Record<string, Language>;

export type LanguageName = keyof typeof LANGUAGES;

type Translations = Record<string, ResourceTexts>;

/** `ResourceOptions.translations` of each resource, in the languages asked for. */
export function translationsOf(languages: readonly LanguageName[], isSingle: boolean): Record<ResourceId, Translations> {
  const all: Record<ResourceId, Translations> = { SmtpOverview: {}, SmtpConfig: {}, SmtpActivity: {}, SmtpMessage: {} };
  for (const name of languages) {
    const texts = textsByResource(LANGUAGES[name], isSingle);
    for (const id of Object.keys(all) as ResourceId[]) all[id][name] = texts[id];
  }
  return all;
}
