import { describe, expect, it } from '@jest/globals';
import { locales } from 'adminjs';
import { LANGUAGES, type LanguageName, languageOf, translationsOf } from '../../lib/admin/locales/index.js';
import { MESSAGE_STATUSES } from '../../lib/outbox/mail-log.query.js';

const NAMES = Object.keys(LANGUAGES) as LanguageName[];
const OTHERS = NAMES.filter((name) => name !== 'en');

/** Every text by its path. */
function flat(texts: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(texts).flatMap(([key, value]: [string, string | object]) =>
      typeof value === 'string' ? [[`${path}${key}`, value] as const] : [...flat(value, `${path}${key}.`)],
    ),
  );
}
const english = flat(LANGUAGES.en);
const holes = (text: string): string[] => [...new Set(text.match(/\{\{\w+\}\}/g))].sort();
/** Sentences of several words; names and abbreviations are the same in many languages. */
const isSentence = (text: string): boolean => text.split(/\s+/).filter((word) => /^[a-z]{3,}[.,:;]?$/.test(word)).length >= 3;

describe('The languages', () => {
  it('are at least those that AdminJS ships', () => {
    expect(NAMES).toEqual(expect.arrayContaining(Object.keys(locales)));
  });

  it.each(OTHERS)('%s lacks no key and has none of its own', (name) => {
    expect([...flat(LANGUAGES[name]).keys()].sort()).toEqual([...english.keys()].sort());
  });

  it.each(OTHERS)('%s says every sentence, and in its own words', (name) => {
    const texts = flat(LANGUAGES[name]);
    const isEmpty = (text: string | undefined): boolean => !text?.trim();
    expect([...texts].filter(([path, text]) => isEmpty(text) !== isEmpty(english.get(path)) || text !== text.trim())).toEqual([]);
    expect([...texts].filter(([path, text]) => isSentence(text) && text === english.get(path))).toEqual([]);
  });

  it.each(OTHERS)('%s fills in the same values', (name) => {
    const differing = [...flat(LANGUAGES[name])].filter(([path, text]) => String(holes(text)) !== String(holes(english.get(path) ?? '')));
    expect(differing).toEqual([]);
  });

  it.each(NAMES)('%s holds no markup, and nothing that i18next would take for a reference', (name) => {
    expect([...flat(LANGUAGES[name])].filter(([, text]) => /<\/?[a-z][^>@]*>|\$t\(/i.test(text))).toEqual([]);
  });

  it('have a name for every status of a message, and a sentence that explains it', () => {
    const { labels, components } = translationsOf(['en']).SmtpMessage.en!;
    expect(Object.keys(labels)).toEqual(expect.arrayContaining(MESSAGE_STATUSES.map((status) => `status_${status}`)));
    // A held message is explained by its reason.
    const explained = MESSAGE_STATUSES.filter((status) => status !== 'held').map((status) => `explain_${status}`);
    expect(Object.keys(components)).toEqual(expect.arrayContaining(explained));
  });

  it('are given by resource, in those asked for', () => {
    const { SmtpConfig, SmtpMessage } = translationsOf(['en'], { isSingle: true });
    expect(Object.keys(SmtpConfig)).toEqual(['en']);
    expect(SmtpConfig.en!.actions.list).toBe(LANGUAGES.en.smtpConfig.single.actions.list);
    expect(SmtpMessage.en!.buttons.retry).toBe(LANGUAGES.en.shared.buttons.retry);
  });

  it('can be more, and single texts can be the host’s', () => {
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

  it.each(['constructor', '__proto__', 'toString'])('take %s for a language like any other', (name) => {
    expect(languageOf(name)).toBe(LANGUAGES.en);
  });
});
