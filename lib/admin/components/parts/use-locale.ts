import { useTranslation } from 'adminjs';
import { localeOf } from '../../../shared/locale.js';

/** Returns the language of the texts with the browser's region, for instance `en-GB` for British dates. */
export function useLocale(): string {
  const { language } = useTranslation().i18n;
  const wanted = localeOf(language);
  return navigator.languages.find((name) => name.startsWith(`${wanted}-`)) ?? wanted;
}
