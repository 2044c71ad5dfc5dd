import { describe, expect, it } from '@jest/globals';
import { PRESETS } from '../../../lib/admin/components/form/kinds/smtp/presets/index.js';
import { withPreset } from '../../../lib/admin/components/form/kinds/smtp/presets/with-preset.js';
import { needsFromAddress } from '../../../lib/admin/components/model/check.js';
import { EMPTY_DRAFT, readConfig, type Draft, type SavedConfig } from '../../../lib/admin/components/model/draft.js';
import {
  authHelp,
  fromAddressHelp,
  passwordHint,
  providerNote,
  secretHelp,
  secretPlaceholder,
  shownMethods,
  usernameHelp,
} from '../../../lib/admin/components/model/help.js';
import { authOn, authRule, neededSecrets, secretRule, wantsAppPassword, withSecurity } from '../../../lib/admin/components/model/rules.js';
import { DEFAULT_SETTINGS } from '../../../lib/admin/components/model/types.js';
import { LANGUAGES } from '../../../lib/admin/locales/index.js';
import { textsByResource } from '../../../lib/admin/locales/language.js';
import { SECURITIES } from '../../../lib/shared/config-fields.js';
import type { ScreenSettings } from '../../../lib/shared/smtp-config.js';

const en = textsByResource(LANGUAGES.en).SmtpConfig;
const components: Record<string, string> = en.components;
const first = (keys: readonly string[]): string => keys.map((key) => components[key] ?? '').find(Boolean) ?? '';

const MICROSOFT = { microsoftSmtpHosts: ['smtp.office365.com', 'smtp-mail.outlook.com'] };
const SETTINGS: [string, ScreenSettings][] = [
  ['by default', { ...DEFAULT_SETTINGS, ...MICROSOFT }],
  ['with every option', { ...DEFAULT_SETTINGS, ...MICROSOFT, allowPlaintextAuth: true, allowAnonymousTls: true }],
  ['with a password at each save', { ...DEFAULT_SETTINGS, ...MICROSOFT, passwordOnUpdate: 'retype' }],
  ['in single mode', { ...DEFAULT_SETTINGS, ...MICROSOFT, single: true }],
];

interface State {
  draft: Draft;
  saved: SavedConfig | null;
  settings: ScreenSettings;
}

/** Every provider, and a server of none, with each security, login box and login method, new and saved. */
function* states(): Generator<[string, State]> {
  const drafts: [string, Draft][] = [
    ['no provider', { ...EMPTY_DRAFT, host: 'smtp.example.com' }],
    ...PRESETS.map((preset): [string, Draft] => [preset.id, withPreset(EMPTY_DRAFT, preset)]),
  ];
  for (const [provider, chosen] of drafts)
    for (const security of SECURITIES)
      for (const authRequired of [true, false])
        for (const authMethod of ['password', 'oauth2'] as const)
          for (const [options, settings] of SETTINGS)
            for (const isSaved of [false, true]) {
              const draft: Draft = { ...withSecurity(chosen, security), authRequired, authMethod };
              const saved = isSaved ? readConfig({ ...draft, id: '1', version: 1, hasPassword: true }) : null;
              const name = [provider, security, authRequired ? 'login' : 'no login', authMethod, isSaved ? 'saved' : 'new', options];
              yield [name.join(', '), { draft, saved, settings }];
            }
}

/** The texts that the form shows in a state, by the field they stand beside. */
function helpIn({ draft, saved, settings }: State) {
  const rule = secretRule('password', draft, saved, settings);
  const hasPassword = neededSecrets(draft, settings).includes('password');
  const isPasswordLogin = authOn(draft, settings) && draft.authMethod === 'password';
  const placeholder = saved ? secretPlaceholder('password', rule) : undefined;
  return {
    rule,
    provider: first(providerNote(draft, settings)),
    auth: components[authHelp(draft, settings)]!,
    methods: authOn(draft, settings) ? shownMethods(draft, settings) : [],
    username: isPasswordLogin ? first(usernameHelp(draft)) : '',
    hint: hasPassword ? first(passwordHint('password', draft, rule)) : '',
    password: hasPassword ? first(secretHelp('password', rule)) : '',
    placeholder: placeholder ? components[placeholder]! : '',
    appPassword: hasPassword && wantsAppPassword(draft),
    from: components[fromAddressHelp(draft, settings)]!,
    missing: [en.messages.error_username_required!, en.messages.error_password_required!],
  };
}

const ALL = [...states()];
/** The states in which the texts of the form contradict each other or the form. */
const against = (isContradiction: (help: ReturnType<typeof helpIn>, state: State) => boolean): string[] =>
  ALL.filter(([, state]) => isContradiction(helpIn(state), state)).map(([name]) => name);

const TURNS_OFF = /turn(ing)? (it )?off|turn off authentication/i;
const ADDRESS = /address/i;

describe('the help beside the fields, for every provider, security and login', () => {
  it('covers what an admin may come to', () => {
    expect(ALL).toHaveLength((PRESETS.length + 1) * SECURITIES.length * 2 * 2 * SETTINGS.length * 2);
    expect(new Set(ALL.map(([, state]) => helpIn(state).rule))).toEqual(new Set(['hidden', 'new', 'kept', 'retype']));
  });

  it('offers no way to turn the login off while it is locked', () => {
    const isLocked = ({ draft, settings }: State): boolean => authRule(draft, settings).locked;
    expect(
      against((help, state) => isLocked(state) && [help.auth, help.provider, ...help.missing].some((text) => TURNS_OFF.test(text))),
    ).toEqual([]);
    // The text that would be found.
    expect(against((help, state) => !isLocked(state) && TURNS_OFF.test(help.auth))).not.toEqual([]);
  });

  it('asks for no email address where the provider wants a fixed user name, a key or a token', () => {
    const NO_ADDRESS = ['sendgrid', 'sparkpost', 'mailjet', 'postmark', 'brevo', 'ses', 'mailgun'];
    const isOf = (state: State): boolean =>
      NO_ADDRESS.some(
        (id) =>
          withPreset(
            EMPTY_DRAFT,
            PRESETS.find((preset) => preset.id === id)!,
          ).host === state.draft.host,
      );
    expect(against(({ username }, state) => isOf(state) && ADDRESS.test(username))).toEqual([]);
    expect(against(({ username }, state) => !isOf(state) && ADDRESS.test(username))).not.toEqual([]);
  });

  it('names the fixed user name of a provider', () => {
    const fixed = PRESETS.flatMap(({ id, username }) => (username ? [[id, username] as const] : []));
    expect(fixed.map(([id]) => id)).toEqual(['sendgrid', 'sparkpost']);
    for (const [id, username] of fixed) expect(components[`preset_${id}_username`]).toContain(username);
  });

  it('does not ask to enter the password again beside “leave empty to keep”', () => {
    const isKept = /leave empty/i;
    expect(against(({ placeholder, password }) => placeholder !== '' && isKept.test(password))).toEqual([]);
    expect(against(({ placeholder }, { settings }) => placeholder !== '' && settings.passwordOnUpdate !== 'retype')).toEqual([]);
    expect(against(({ rule, placeholder }) => rule === 'retype' && placeholder === '')).toEqual([]);
    expect(against(({ password }) => isKept.test(password))).not.toEqual([]);
  });

  it('asks for the password again in every mode once the server has changed', () => {
    const draft = { ...EMPTY_DRAFT, host: 'smtp.example.com', username: 'mail@example.com' };
    const saved = readConfig({ ...draft, id: '1', version: 1, hasPassword: true });
    const rule = secretRule('password', { ...draft, host: 'elsewhere.example' }, saved, DEFAULT_SETTINGS);
    expect(secretPlaceholder('password', rule)).toBe('passwordReenter');
    expect(first(secretHelp('password', rule))).not.toMatch(/leave empty/i);
  });

  it('says that the From address may be left empty only where it may', () => {
    const mayBeEmpty = /leave empty/i;
    expect(against(({ from }, { draft, settings }) => mayBeEmpty.test(from) === needsFromAddress(draft, settings))).toEqual([]);
  });

  it('explains app passwords only where the provider has them', () => {
    const isKey = /\bkey|token|credentials/i;
    expect(against(({ hint, appPassword }) => isKey.test(hint) && appPassword)).toEqual([]);
    expect(against(({ hint, appPassword }) => /app(lication)?(-specific)? password/i.test(hint) && !appPassword)).toEqual([]);
  });

  it('says nothing about a password that is not asked for, and nothing about entering one that is kept', () => {
    expect(against(({ hint, password, rule }) => rule === 'hidden' && hint + password !== '')).toEqual([]);
    expect(against(({ hint, rule }) => rule === 'kept' && hint !== '')).toEqual([]);
  });

  it('says “without encryption” and “without a login” only where that is so', () => {
    expect(against(({ provider }, { draft }) => /without encryption|unencrypted/i.test(provider) && draft.security !== 'none')).toEqual([]);
    expect(against(({ provider }, { draft, settings }) => /without a login/i.test(provider) && authOn(draft, settings))).toEqual([]);
  });

  it('offers a login method only at servers that have it, and always the one that is set', () => {
    expect(against(({ methods }, { draft }) => methods.length > 0 && !methods.includes(draft.authMethod))).toEqual([]);
    const isPasswordOnly = ({ draft }: State): boolean =>
      PRESETS.some(({ host, authMethod }) => host === draft.host && authMethod === undefined);
    expect(
      against(({ methods }, state) => isPasswordOnly(state) && state.draft.authMethod === 'password' && methods.includes('oauth2')),
    ).toEqual([]);
    expect(
      against(
        ({ methods }, state) => state.draft.authMethod === 'oauth2' && authOn(state.draft, state.settings) && !methods.includes('password'),
      ),
    ).toEqual([]);
  });
});
