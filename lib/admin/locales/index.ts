import { type Language, type LanguageTexts, type ResourceId, type ResourceTexts, textsByResource } from './language.js';
import { LANGUAGES } from './languages.js';

export { LANGUAGES };

export type LanguageName = keyof typeof LANGUAGES;

/** Texts of a host, by the name of their language. */
export type Translations = Readonly<Record<string, LanguageTexts>>;

/** Returns the texts of a language: the host's, otherwise the package's, otherwise the English ones. */
export function languageOf(name: string, translations: Translations = {}): Language {
  const language = Object.hasOwn(LANGUAGES, name) ? LANGUAGES[name as LanguageName] : LANGUAGES.en;
  return Object.hasOwn(translations, name) ? override(language, translations[name]!) : language;
}

/** Returns `ResourceOptions.translations` of each resource, in the given languages. */
export function translationsOf(
  names: readonly string[],
  { isSingle = false, translations }: { isSingle?: boolean; translations?: Translations } = {},
): Record<ResourceId, Record<string, ResourceTexts>> {
  const all: Record<ResourceId, Record<string, ResourceTexts>> = {
    SmtpOverview: {},
    SmtpConfig: {},
    SmtpActivity: {},
    SmtpMessage: {},
    SmtpAudit: {},
  };
  for (const name of names) {
    const texts = textsByResource(languageOf(name, translations), isSingle);
    for (const id of Object.keys(all) as ResourceId[]) all[id][name] = texts[id];
  }
  return all;
}

function override<T extends object>(texts: T, own: object): T {
  const given = Object.entries(own).filter(([, text]) => text !== undefined);
  const old = texts as Record<string, unknown>;
  return { ...texts, ...Object.fromEntries(given.map(([key, text]) => [key, isBlock(text) ? override(old[key] ?? {}, text) : text])) };
}

const isBlock = (value: unknown): value is object => typeof value === 'object' && value !== null;
