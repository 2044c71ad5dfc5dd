import type { ConfigTest, TestStep } from '../../../shared/connection-test.js';
import type { Wire } from '../../../shared/wire.js';
import { stepWords } from '../../../shared/failure-words.js';
import { utcDay } from '../../../shared/utc-time.js';
import { exactTime, formatDuration } from './relative-time.js';

/** A finished test as the screens show it. */
export type ShownTest = Omit<Wire<ConfigTest>, 'id' | 'error'>;

/** The part of the screens' texts that is needed here. */
interface Lookup {
  t: (key: string, values?: Record<string, string | number>) => string;
  optional: (key: string, values?: Record<string, string | number>) => string;
  label: (key: string) => string;
  locale: string;
}

/** Returns the failed step of a test, if there is one. */
export const failedIn = ({ steps }: Pick<ShownTest, 'steps'>): TestStep | undefined => steps.find(({ ok }) => !ok);

/** Returns the result of a test in a few words: the failed step, if any. */
export const resultOf = (test: Pick<ShownTest, 'ok' | 'steps'>, texts: Pick<Lookup, 't' | 'label'>): string =>
  test.ok ? texts.t('testPassed') : failureAt(failedIn(test)?.name, texts);

/** Returns the result of a failed test or other check in a few words. */
export const failureAt = (step: string | undefined, texts: Pick<Lookup, 't' | 'label'>): string =>
  step === undefined ? texts.t('testFailedUnknown') : texts.t('testFailedAt', { step: texts.label(`step_${step}`) });

/** Returns a test as plain text, for a message to the operator of the server. It contains no secrets, because the steps have none. */
export function testAsText(test: ShownTest, texts: Lookup): string {
  const { at, checkOnly, recipients, ms, steps, person } = test;
  return [
    `${texts.t('testTitle')}: ${resultOf(test, texts)}`,
    `${texts.t('testTime')}: ${exactTime(at, texts.locale)} (${at})`,
    `${texts.t('testRecipients')}: ${recipients.join(', ')}${checkOnly ? ` (${texts.t('testCheckedOnly')})` : ''}`,
    `${texts.t('testPerson')}: ${person ?? texts.t('testByApplication')}`,
    `${texts.t('testDuration')}: ${formatDuration(ms, texts.locale)}`,
    '',
    ...steps.flatMap((step) => linesOf(step, texts)),
  ].join('\n');
}

function linesOf(step: TestStep, texts: Lookup): string[] {
  const { summary, remedy } = stepWords(step, texts);
  const { tls, recipients = [] } = step;
  const certificate =
    tls &&
    [tls.version, tls.subject, tls.issuer, texts.t('tls_expires', { date: utcDay(tls.expiresAt, texts.locale) })]
      .filter(Boolean)
      .join(' · ');
  return [
    `${step.ok ? '✓' : '✗'} ${texts.label(`step_${step.name}`)} (${formatDuration(step.ms, texts.locale)}): ${summary}`,
    ...[certificate, !step.ok && remedy, !step.ok && step.reply].flatMap((line) => (line ? [`  ${line.replaceAll('\n', '\n  ')}`] : [])),
    ...recipients.map((one) => `  ${one.ok ? '✓' : '✗'} ${[one.address, one.reply].filter(Boolean).join(': ')}`),
  ];
}
