import { describe, expect, it } from '@jest/globals';
import { locales } from 'adminjs';
import { LANGUAGES, type LanguageName, languageOf, translationsOf } from '../../lib/admin/locales/index.js';
import { MESSAGE_STATUSES } from '../../lib/shared/mail-log.js';

const NAMES = Object.keys(LANGUAGES) as LanguageName[];
const OTHERS = NAMES.filter((name) => name !== 'en');

/** Maps every text by its path. */
function flatten(texts: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(texts).flatMap(([key, value]: [string, string | object]) =>
      typeof value === 'string' ? [[`${path}${key}`, value] as const] : [...flatten(value, `${path}${key}.`)],
    ),
  );
}
const english = flatten(LANGUAGES.en);
const placeholdersOf = (text: string): string[] => [...new Set(text.match(/\{\{\w+\}\}/g))].sort();
/** Returns whether a text is a sentence of several words. Names and abbreviations are the same in many languages. */
const isSentence = (text: string): boolean => text.split(/\s+/).filter((word) => /^[a-z]{3,}[.,:;]?$/.test(word)).length >= 3;

describe('The languages', () => {
  it('include those of AdminJS', () => {
    expect(NAMES).toEqual(expect.arrayContaining(Object.keys(locales)));
  });

  it.each(OTHERS)('%s has exactly the keys of English', (name) => {
    expect([...flatten(LANGUAGES[name]).keys()].sort()).toEqual([...english.keys()].sort());
  });

  it.each(OTHERS)('%s translates every sentence', (name) => {
    const texts = flatten(LANGUAGES[name]);
    const isEmpty = (text: string | undefined): boolean => !text?.trim();
    expect([...texts].filter(([path, text]) => isEmpty(text) !== isEmpty(english.get(path)) || text !== text.trim())).toEqual([]);
    expect([...texts].filter(([path, text]) => isSentence(text) && text === english.get(path))).toEqual([]);
  });

  it.each(OTHERS)('%s has the same placeholders', (name) => {
    const differing = [...flatten(LANGUAGES[name])].filter(
      ([path, text]) => String(placeholdersOf(text)) !== String(placeholdersOf(english.get(path) ?? '')),
    );
    expect(differing).toEqual([]);
  });

  it.each(NAMES)('%s contains no markup and no i18next reference', (name) => {
    expect([...flatten(LANGUAGES[name])].filter(([, text]) => /<\/?[a-z][^>@]*>|\$t\(/i.test(text))).toEqual([]);
  });

  it('have a name and an explanation for every status of a message', () => {
    const { labels, components } = translationsOf(['en']).SmtpMessage.en!;
    expect(Object.keys(labels)).toEqual(expect.arrayContaining(MESSAGE_STATUSES.map((status) => `status_${status}`)));
    // The reason explains a message on hold.
    const explained = MESSAGE_STATUSES.filter((status) => status !== 'held').map((status) => `explain_${status}`);
    expect(Object.keys(components)).toEqual(expect.arrayContaining(explained));
  });

  it('are returned by resource, in the requested languages', () => {
    const { SmtpConfig, SmtpMessage } = translationsOf(['en'], { isSingle: true });
    expect(Object.keys(SmtpConfig)).toEqual(['en']);
    expect(SmtpConfig.en!.actions.list).toBe(LANGUAGES.en.smtpConfig.single.actions.list);
    expect(SmtpMessage.en!.buttons.retry).toBe(LANGUAGES.en.shared.buttons.retry);
  });

  it('can be extended, and single texts can be replaced by the application', () => {
    const translations = {
      fr: { menu: 'Courrier sortant', shared: { buttons: { save: 'Enregistrer' } }, smtpConfig: { properties: { host: 'Hôte' } } },
      de: { smtpConfig: { components: { help_host: 'So heißt unser Server.' }, single: { labels: { SmtpConfig: 'Mailserver' } } } },
    };
    const { SmtpConfig, SmtpMessage } = translationsOf(['fr', 'de', 'sv'], { translations, isSingle: true });
    expect(Object.keys(SmtpConfig)).toEqual(['fr', 'de', 'sv']);
    expect(SmtpConfig.fr!.buttons.save).toBe('Enregistrer');
    expect(SmtpMessage.fr!.buttons.save).toBe('Enregistrer');
    expect(SmtpConfig.fr!.properties).toEqual({ ...LANGUAGES.en.smtpConfig.properties, host: 'Hôte' });
    expect(SmtpConfig.de!.components).toMatchObject({
      help_host: 'So heißt unser Server.',
      help_port: LANGUAGES.de.smtpConfig.components.help_port,
    });
    expect(SmtpConfig.de!.labels.SmtpConfig).toBe('Mailserver');
    expect(SmtpConfig.sv).toEqual(translationsOf(['en'], { isSingle: true }).SmtpConfig.en);
    expect(languageOf('fr', translations).menu).toBe('Courrier sortant');
    expect(LANGUAGES.de.smtpConfig.components.help_host).not.toBe('So heißt unser Server.');
  });

  it.each(['constructor', '__proto__', 'toString'])('do not include %s', (name) => {
    expect(languageOf(name)).toBe(LANGUAGES.en);
  });
});
