import { useTranslation } from 'adminjs';

/** The language of the texts, as the reader's browser names it: `en-GB` where dates are written the British way. */
export function useLocale(): string {
  const { language } = useTranslation().i18n;
  // AdminJS names Ukrainian after the country, browsers after the language.
  const wanted = language === 'ua' ? 'uk' : language;
  return navigator.languages.find((name) => name.startsWith(`${wanted}-`)) ?? wanted;
}
