import { describe, expect, it } from '@jest/globals';
import { resultOf } from '../../../lib/admin/components/history/entry-result.js';
import { sentenceOf } from '../../../lib/admin/components/history/entry-sentence.js';
import { type EntryTexts, type HistoryEntry, changesOf, valueLines } from '../../../lib/admin/components/history/entry-values.js';
import { LANGUAGES, type LanguageName } from '../../../lib/admin/locales/index.js';
import { textsByResource } from '../../../lib/admin/locales/language.js';
import { AUDIT_ACTIONS, type SmtpAuditAction } from '../../../lib/shared/audit.js';

type Blocks = Record<string, Record<string, string>>;

/** Looks up texts like i18next. A missing value leaves its placeholder. */
function lookUp(blocks: Blocks) {
  const fill = (text = '', values: Record<string, string | number> = {}): string =>
    text.replace(/\{\{(\w+)\}\}/g, (hole, name: string) => String(values[name] ?? hole));
  const optional = (key: string, values?: Record<string, string | number>): string => fill(blocks.components![key], values);
  return {
    optional,
    t: (key: string, values?: Record<string, string | number>): string => optional(key, values) || `missing ${key}`,
    label: (key: string): string => blocks.labels![key] ?? `missing ${key}`,
    property: (key: string): string => blocks.properties![key] ?? `missing ${key}`,
  };
}

function textsOf(language: LanguageName, settings: Partial<EntryTexts['settings']> = {}): EntryTexts {
  const { SmtpAudit, SmtpConfig } = textsByResource(LANGUAGES[language]);
  const none = { activities: [], graphClouds: [], secretSources: [], single: false };
  return { texts: lookUp(SmtpAudit), config: lookUp(SmtpConfig), settings: { ...none, ...settings } };
}

const en = textsOf('en');
const entryOf = (action: string, values: Partial<HistoryEntry> = {}): HistoryEntry => ({
  id: '1',
  at: '2026-11-29T12:00:00.000Z',
  caller: 'admin',
  person: 'ann@acme.io',
  personId: null,
  address: null,
  action: action as SmtpAuditAction,
  record: { type: 'config', id: 'c' },
  recordName: 'main',
  changes: {},
  details: {},
  ...values,
});
const change = (before: HistoryEntry['changes'][string]['before'], after: HistoryEntry['changes'][string]['after']) => ({ before, after });
const message = { record: { type: 'message' as const, id: 'm' }, recordName: null };

describe('the sentence of an entry', () => {
  it.each<[string, HistoryEntry]>([
    ['Created main', entryOf('create')],
    ['Changed main: Port, Security', entryOf('update', { changes: { port: change(25, 587), security: change('none', 'starttls') } })],
    [
      'Changed main: Host, Port, CC, BCC and 2 more',
      entryOf('update', {
        changes: Object.fromEntries(['host', 'port', 'cc', 'bcc', 'signature', 'replyTo'].map((field) => [field, change(null, 'x')])),
      }),
    ],
    [
      'Changed main: Password',
      entryOf('update', {
        changes: { password: change('set', null), passwordSource: change('stored', 'vault'), passwordRef: change(null, 'smtp/main') },
      }),
    ],
    ['Renamed old to main', entryOf('update', { changes: { name: change('old', 'main') } })],
    ['Disabled main', entryOf('update', { changes: { enabled: change(true, false) } })],
    ['Enabled main', entryOf('update', { changes: { enabled: change(false, true) } })],
    ['Changed main: Enabled, Port', entryOf('update', { changes: { enabled: change(false, true), port: change(1, 2) } })],
    ['Deleted main', entryOf('delete')],
    ['Created main as a copy of first', entryOf('duplicate', { details: { original: 'first' } })],
    ['Made main the default', entryOf('set_default')],
    ['Tested main without sending mail', entryOf('test', { details: { checkOnly: true } })],
    ['Tested the settings of a new configuration', entryOf('test_draft', { record: null, recordName: null })],
    ['Detected the security of smtp.acme.io:25', entryOf('detect', { details: { host: 'smtp.acme.io', port: 25 } })],
    ['Chose main for Invoices', entryOf('assign', { recordName: 'Invoices', changes: { config: change(null, 'main') } })],
    [
      'Chose the default configuration for Invoices',
      entryOf('assign', { recordName: 'Invoices', changes: { config: change('main', null) } }),
    ],
    ['Moved a message from main to spare', entryOf('move', { ...message, changes: { configName: change('main', 'spare') } })],
    ['Moved a message to spare', entryOf('move', { ...message, changes: { configName: change(null, 'spare') } })],
    ['Resent a message to its recipients', entryOf('resend', { ...message, details: { to: 'original' } })],
    ['Resent a message to a@b.c', entryOf('resend', { ...message, details: { to: 'a@b.c' } })],
    ['Downloaded attachment 2 of a message', entryOf('attachment', { ...message, details: { attachment: 2 } })],
    ['Downloaded a list of messages (17)', entryOf('export', { record: null, recordName: null, details: { messages: 17 } })],
    ['Unknown action “unheard_of”', entryOf('unheard_of')],
  ])('%s', (sentence, entry) => {
    expect(sentenceOf(entry, en)).toBe(sentence);
  });

  it('does not mention the message on its own page', () => {
    const here = (entry: HistoryEntry): string => sentenceOf(entry, en, { isOnItsPage: true });
    expect(here(entryOf('retry', message))).toBe('Retried');
    expect(here(entryOf('move', { ...message, changes: { configName: change('main', 'spare') } }))).toBe('Moved from main to spare');
    expect(here(entryOf('unheard_of', message))).toBe('Unknown action “unheard_of”');
    expect(here(entryOf('create'))).toBe('Created main');
  });

  it('does not show the name of the only configuration', () => {
    const single = textsOf('en', { single: true });
    expect(sentenceOf(entryOf('create', { recordName: 'default' }), single)).toBe('Created the email configuration');
    expect(sentenceOf(entryOf('create', { recordName: 'main' }), single)).toBe('Created main');
  });

  it.each(Object.keys(LANGUAGES) as LanguageName[])('is complete for every action in %s', (language) => {
    const words = textsOf(language);
    const details = { original: 'first', host: 'h', port: 25, key: 'k', to: 'a@b.c' };
    for (const action of AUDIT_ACTIONS) {
      const field = { update: 'port', move: 'configName' }[action as string] ?? 'config';
      const changes = { [field]: change('a', 'b') };
      for (const values of [{}, message, { record: null, recordName: null }, { details }]) {
        for (const isOnItsPage of action === 'move' || /^(preview|eml|attachment|resend|retry|cancel)$/.test(action)
          ? [false, true]
          : [false]) {
          expect(sentenceOf(entryOf(action, { changes, ...values }), words, { isOnItsPage })).not.toMatch(
            /missing|\{\{|undefined|\bnull\b/,
          );
        }
      }
    }
  });
});

describe('the values of an entry', () => {
  const settings = {
    activities: [{ key: 'invoice', label: 'Invoices', sensitive: false }],
    secretSources: [{ id: 'vault', label: 'Azure Key Vault' }],
    graphClouds: [{ id: 'china', label: 'China' }],
  };
  it.each<[string, Parameters<typeof valueLines>[1], string[]]>([
    ['host', 'smtp.acme.io', ['smtp.acme.io']],
    ['host', null, []],
    ['signature', 'Acme\nSales', ['Acme', 'Sales']],
    ['port', 0, ['0']],
    ['enabled', false, ['No']],
    ['type', 'ms_graph', ['Microsoft 365 (MS Graph)']],
    ['type', 'unheard_of', ['unheard_of']],
    ['security', 'tls', ['SSL/TLS']],
    ['password', 'changed', ['Entered again']],
    ['password', 'anything else', ['Set']],
    ['passwordSource', 'vault', ['Azure Key Vault']],
    ['passwordSource', 'stored', ['Stored encrypted']],
    ['graphCloud', 'china', ['China']],
    ['copyActivities', ['invoice', 'undeclared'], ['Invoices', 'undeclared']],
  ])('%s %j', (field, value, lines) => {
    expect(valueLines(field, value, textsOf('en', settings))).toEqual(lines);
  });

  it('omit an id that follows its name, and a source that contains no information', () => {
    const shown = (changes: HistoryEntry['changes']): string[] => changesOf(entryOf('update', { changes })).map(([field]) => field);
    expect(shown({ config: change(null, 'main'), configId: change(null, 'c') })).toEqual(['config']);
    expect(shown({ configId: change(null, 'c') })).toEqual(['configId']);
    expect(shown({ passwordSource: change(null, 'stored'), clientSecretSource: change('stored', null) })).toEqual([]);
    expect(shown({ passwordSource: change('stored', 'vault') })).toEqual(['passwordSource']);
  });
});

describe('the result of an entry', () => {
  const resultWith = (details: HistoryEntry['details'], action = 'test') => resultOf(entryOf(action, { details }), en);

  it('is shown for a test or another request, if it has one', () => {
    expect(resultWith({})).toBeNull();
    expect(resultWith({ ok: true })).toEqual({ isOk: true, summary: 'Passed', reason: '' });
    expect(resultWith({ ok: true }, 'detect')).toEqual({ isOk: true, summary: 'Succeeded', reason: '' });
    expect(resultWith({ ok: false, stopped: true })).toEqual({ isOk: false, summary: 'Stopped', reason: '' });
    expect(resultWith({ ok: false, step: 'auth' })).toEqual({ isOk: false, summary: 'Failed at Login', reason: '' });
  });

  it('contains the reason of a failure without unknown values', () => {
    const failed = { ok: false, host: 'smtp.acme.io', port: 25 };
    expect(resultWith({ ...failed, reason: 'dns_unknown' })?.reason).toContain('smtp.acme.io');
    expect(resultWith({ ...failed, reason: 'unheard_of' })?.reason).toBe('');
  });
});
