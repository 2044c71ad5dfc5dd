import { hostname } from 'node:os';
import type { ResolvedSmtpOptions } from '../options/options.js';
import type { ConfigSettings } from '../shared/config-fields.js';
import { fill } from '../shared/fill.js';
import type { SmtpConfig } from './smtp-config.entity.js';
import { findKind } from './kinds/kinds.js';
import { TEST_MAIL, type TestMailTexts } from './test-mail-texts.js';

const MAX_NAME = 50;

/** Builds the subject and the text of the test email, which names everything that decides how it was sent. */
export function testMail(
  config: ConfigSettings | SmtpConfig,
  options: ResolvedSmtpOptions,
  { name, texts = TEST_MAIL }: { name?: unknown; texts?: TestMailTexts },
): { subject: string; text: string } {
  const { appName } = options;
  const line = (label: string, value: string): string => fill(texts.fact, { label, value });
  const facts = (findKind(config.type)?.describe(config, options) ?? []).map(([label, value]) => {
    const own = label === 'type' ? texts.types?.[config.type] : undefined;
    return line(texts[label], own ?? (typeof value === 'string' ? value : texts[value.text]));
  });
  const shownName = nameOf(name);
  const sentAt = new Intl.DateTimeFormat(texts.locale, { dateStyle: 'long', timeStyle: 'long', timeZone: 'UTC' }).format(new Date());
  return {
    subject: fill(texts.subject, { appName }),
    text: [
      fill(texts.intro, { appName }),
      '',
      ...(shownName ? [line(texts.name, shownName)] : []),
      ...facts,
      line(texts.sentBy, hostname()),
      line(texts.sentAt, sentAt),
    ].join('\n'),
  };
}

/** Returns a name in one line; empty for anything else. The name of a form is not checked before its test. */
function nameOf(name: unknown): string {
  return typeof name === 'string'
    ? name
        .slice(0, MAX_NAME)
        .replace(/[\p{Cc}\p{Cs}]+/gu, ' ')
        .trim()
    : '';
}
