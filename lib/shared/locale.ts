/** Returns the locale for `Intl` of one of AdminJS's languages: it calls Ukrainian `ua`, after the country. */
export const localeOf = (language: string): string => (language === 'ua' ? 'uk' : language);
