import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { EMPTY_DRAFT } from '../../../lib/admin/components/model/draft.js';
import { PRESETS, presetOf } from '../../../lib/admin/components/form/kinds/smtp/presets/index.js';
import { withPreset } from '../../../lib/admin/components/form/kinds/smtp/presets/with-preset.js';
import { LANGUAGES } from '../../../lib/admin/locales/index.js';
import { textsByResource } from '../../../lib/admin/locales/language.js';
import { blankCandidate } from '../../../lib/config/merge-input.js';
import { problemsOf } from '../../../lib/config/smtp-config.rules.js';

const en = textsByResource(LANGUAGES.en);
const findPreset = (id: string) => PRESETS.find((preset) => preset.id === id)!;
const hostsOf = ({ host, regions = [] }: (typeof PRESETS)[number]): string[] => [
  ...new Set([host, ...regions.map((region) => region.host)]),
];

describe('the providers', () => {
  it('are the expected ones, each once', () => {
    expect(PRESETS.map(({ id }) => id).toSorted()).toEqual(
      [
        'gmail',
        'googleRelay',
        'microsoft365',
        'outlook',
        'ses',
        'sendgrid',
        'mailgun',
        'postmark',
        'brevo',
        'mailjet',
        'sparkpost',
        'zoho',
        'fastmail',
        'icloud',
        'local',
      ].toSorted(),
    );
  });

  it.each(PRESETS.map((preset) => [preset.name, preset] as const))(
    '%s has a public source, a text about its login and valid server settings',
    (_name, preset) => {
      for (const page of [preset.source, preset.help ?? preset.source]) expect(new URL(page).protocol).toBe('https:');
      const login = preset.authMethod === undefined ? ['_username', '_password'] : [''];
      for (const end of login) expect((en.SmtpConfig.components as Record<string, string>)[`preset_${preset.id}${end}`]).toMatch(/\w{3}/);
      const usual = { starttls: '587', tls: '465', none: '25' }[preset.security];
      expect(preset.port).toBe(usual);
      for (const host of hostsOf(preset)) {
        const problems = problemsOf({ ...blankCandidate(preset.security), host, port: Number(preset.port), security: preset.security });
        expect([problems.host, problems.port, problems.security]).toEqual([undefined, undefined, undefined]);
        expect(presetOf({ host: ` ${host.toUpperCase()} `, security: preset.security })?.preset).toBe(preset);
      }
    },
  );

  it('have the hosts that nodemailer knows by the same names', () => {
    const known = Object.values(
      createRequire(import.meta.url)('nodemailer/lib/well-known/services.json') as Record<string, { host: string }>,
    ).map(({ host }) => host);
    const others = PRESETS.flatMap(hostsOf).filter((host) => !known.includes(host));
    // These are newer than nodemailer's list, or data centers that it leaves out.
    expect(others.filter((host) => !host.includes('zoho')).toSorted()).toEqual([
      'in-v3.mailjet.com',
      'localhost',
      'smtp.eu.mailgun.org',
      'smtp.eu.sparkpostmail.com',
    ]);
  });

  it('are encrypted, except the local machine', () => {
    expect(PRESETS.filter(({ security }) => security === 'none').map(({ id }) => id)).toEqual(['local']);
  });
});

describe('choosing a provider', () => {
  const typed = { ...EMPTY_DRAFT, host: 'old.example.com', port: '2525', password: 'typed', username: 'me@example.com' };

  it('replaces the server but neither an entered user name nor the password', () => {
    expect(withPreset(typed, findPreset('fastmail'))).toEqual({ ...typed, host: 'smtp.fastmail.com', port: '465', security: 'tls' });
    expect(withPreset(typed, findPreset('sendgrid'))).toMatchObject({ username: 'me@example.com', password: 'typed' });
  });

  it('fills in a fixed user name, and removes it for the next provider', () => {
    const sendgrid = withPreset(EMPTY_DRAFT, findPreset('sendgrid'));
    expect(sendgrid.username).toBe('apikey');
    expect(withPreset(sendgrid, findPreset('sparkpost')).username).toBe('SMTP_Injection');
    expect(withPreset(sendgrid, findPreset('gmail')).username).toBe('');
  });

  it('sets a region, and recognizes it', () => {
    const mailgun = findPreset('mailgun');
    const draft = withPreset(EMPTY_DRAFT, mailgun, mailgun.regions![1]);
    expect(draft.host).toBe('smtp.eu.mailgun.org');
    expect(presetOf(draft)).toEqual({ preset: mailgun, region: mailgun.regions![1] });
  });

  it('uses OAuth2 for Microsoft, and no login for the local machine', () => {
    expect(withPreset(EMPTY_DRAFT, findPreset('microsoft365'))).toMatchObject({ authMethod: 'oauth2', authRequired: true });
    const local = withPreset(typed, findPreset('local'));
    expect(local).toMatchObject({ security: 'none', port: '25', authRequired: false });
    expect(withPreset(local, findPreset('gmail'))).toMatchObject({ authRequired: true, authMethod: 'password' });
    expect(presetOf({ host: 'localhost', security: 'starttls' })).toBeNull();
  });
});
