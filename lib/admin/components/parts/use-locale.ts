import { useTranslation } from 'adminjs';

/** The language of the texts. AdminJS names Ukrainian after the country, browsers after the language. */
export function useLocale(): string {
  const { language } = useTranslation().i18n;
  return language === 'ua' ? 'uk' : language;
}
