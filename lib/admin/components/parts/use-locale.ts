import { useTranslation } from 'adminjs';

/** Returns the language of the texts with the browser's region, for instance `en-GB` for British dates. */
export function useLocale(): string {
  const { language } = useTranslation().i18n;
  // AdminJS calls Ukrainian `ua`, after the country; browsers call it `uk`.
  const wanted = language === 'ua' ? 'uk' : language;
  return navigator.languages.find((name) => name.startsWith(`${wanted}-`)) ?? wanted;
}
