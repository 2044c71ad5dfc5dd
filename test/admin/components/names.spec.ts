import { describe, expect, it } from '@jest/globals';
import { PRESETS } from '../../../lib/admin/components/form/kinds/smtp/presets/index.js';
import { withPreset } from '../../../lib/admin/components/form/kinds/smtp/presets/with-preset.js';
import { EMPTY_DRAFT } from '../../../lib/admin/components/model/draft.js';
import { freeName, suggestedName } from '../../../lib/admin/components/model/names.js';

describe('the proposed name of a configuration', () => {
  it.each([
    ['smtp.example.com', 'smtp_example_com'],
    [' SMTP.Example.COM ', 'smtp_example_com'],
    ['10.0.0.7', '10_0_0_7'],
    ['[2001:db8::7]', '2001_db8_7'],
    ['mail.müller.example', 'mail_mu_ller_example'],
    ['smtp.gmail.com', 'gmail'],
    ['smtp-relay.gmail.com', 'google_relay'],
    ['', ''],
    ['...', ''],
  ])('of the host %j is %j', (host, name) => {
    expect(suggestedName({ ...EMPTY_DRAFT, host })).toBe(name);
  });

  it('of a Microsoft Graph configuration needs no host', () => {
    expect(suggestedName({ ...EMPTY_DRAFT, type: 'ms_graph', host: 'left.over.example' })).toBe('microsoft_365');
  });

  it.each(PRESETS.map((preset) => [preset.id, preset] as const))('of %s is a name that a configuration may have', (_id, preset) => {
    expect(suggestedName(withPreset(EMPTY_DRAFT, preset))).toMatch(/^[a-z0-9_]{3,50}$/);
  });

  it('is the next free one, ignoring case', () => {
    expect(freeName('gmail', [])).toBe('gmail');
    expect(freeName('gmail', ['gmail_old'])).toBe('gmail');
    expect(freeName('gmail', ['GMAIL', 'gmail_2', 'gmail_4'])).toBe('gmail_3');
  });

  it('has 50 characters at most, with its number', () => {
    const long = suggestedName({ ...EMPTY_DRAFT, host: `${'a'.repeat(60)}.example` });
    expect(long).toBe('a'.repeat(50));
    const next = freeName(long, [long]);
    expect(next).toBe(`${'a'.repeat(48)}_2`);
  });
});
