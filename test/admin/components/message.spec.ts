import { describe, expect, it } from '@jest/globals';
import { eventsOf, readAttempts, type LogAttempt } from '../../../lib/admin/components/model/attempts.js';
import { explanationOf, readMessage, whyNoCancel, whyNoRetry, type LogMessage } from '../../../lib/admin/components/model/message.js';
import { type BulkReport, MESSAGE_ACTIONS, MESSAGE_STATUSES, sumReports } from '../../../lib/shared/mail-log.js';
import { LANGUAGES } from '../../../lib/admin/locales/index.js';
import { textsByResource } from '../../../lib/admin/locales/language.js';

const en = textsByResource(LANGUAGES.en);
const delivery = { accepted: ['a@b.c'], acceptedMore: 0, refused: [], remaining: ['d@e.f'], isTruncated: false };
const buildMessage = (fields: Partial<LogMessage>): LogMessage => ({
  ...readMessage({ id: '1', status: 'queued', reason: null, hasBody: true, sensitive: false }),
  ...fields,
});
const buildAttempt = (outcome: string, code: string | null = null): LogAttempt => ({
  at: '2026-01-01T00:00:00Z',
  configName: 'main',
  outcome,
  code,
  reply: null,
  ms: 1,
});
const texts: Record<string, Record<string, string>> = en.SmtpMessage;

describe('a message of the log', () => {
  it.each<[Partial<LogMessage>, string]>([
    [{}, 'queued'],
    [{ reason: 'failing', delivery }, 'failing'],
    [{ reason: 'backoff' }, 'backoff'],
    [{ reason: 'backoff', delivery }, 'backoff_partly'],
    [{ status: 'held', reason: 'missing' }, 'missing'],
    [{ status: 'held', reason: 'activity_missing' }, 'activity_missing'],
    [{ status: 'held', reason: null }, 'queued'],
    [{ status: 'sent', hasBody: false }, 'sent'],
    [{ status: 'failed' }, 'failed'],
    [{ status: 'failed', hasBody: false }, 'failed_body_deleted'],
    [{ status: 'partially_sent', delivery }, 'partially_sent'],
    [{ status: 'partially_sent', delivery, sensitive: true }, 'partially_sent_body_deleted'],
    [{ status: 'cancelled', hasBody: false }, 'cancelled'],
    [{ status: 'expired', delivery }, 'final_partly'],
    [{ status: 'unknown', sensitive: true }, 'unknown'],
    [{ status: 'unknown', hasBody: false }, 'unknown_body_deleted'],
  ])('explains its status: %j is %s', (fields, key) => {
    expect(explanationOf(buildMessage(fields))).toBe(key);
  });

  it('has an explanation for every state', () => {
    const reasons: LogMessage['reason'][] = [
      null,
      'failing',
      'no_default',
      'default_disabled',
      'scheduled',
      'backoff',
      'missing',
      'activity_missing',
      'disabled',
    ];
    const states = MESSAGE_STATUSES.flatMap((status) =>
      reasons.flatMap((reason) =>
        [true, false].flatMap((hasBody) =>
          [true, false].flatMap((sensitive) =>
            [null, delivery].map((some) => buildMessage({ status, reason, hasBody, sensitive, delivery: some })),
          ),
        ),
      ),
    );
    for (const state of states)
      for (const isSingle of [true, false]) expect(texts.components).toHaveProperty(`explain_${explanationOf(state, isSingle)}`);
    for (const status of MESSAGE_STATUSES) expect(texts.labels).toHaveProperty(`status_${status}`);
    for (const reason of reasons) if (reason) expect(texts.components).toHaveProperty(`reason_${reason}`);
  });

  it('can be retried while its content is stored, and cancelled before it is in flight', () => {
    const retryable = MESSAGE_STATUSES.filter((status) => whyNoRetry(buildMessage({ status })) === undefined);
    expect(retryable).toEqual(['queued', 'held', 'unknown', 'failed', 'expired']);
    expect(retryable.map((status) => whyNoRetry(buildMessage({ status, hasBody: false })))).toEqual(
      retryable.map(() => 'whyNot_body_deleted'),
    );
    for (const status of ['queued', 'held'] as const) {
      expect(whyNoRetry(buildMessage({ status, reason: 'failing' }))).toBeUndefined();
      for (const reason of ['missing', 'activity_missing', 'disabled', 'no_default', 'default_disabled'] as const)
        expect(whyNoRetry(buildMessage({ status, reason }))).toBe(`explain_${reason}`);
    }
    expect(whyNoRetry(buildMessage({ status: 'held', reason: 'missing' }), true)).toBe('explain_missing_single');
    expect(MESSAGE_STATUSES.filter((status) => whyNoCancel(buildMessage({ status })) === undefined)).toEqual(['queued', 'held']);
  });
});

describe('the result of a bulk action', () => {
  it('is a sum, with a label for each reason', () => {
    const parts: BulkReport[] = [
      { done: 2, waiting: { failing: 1 }, notDone: { final: 1 } },
      { done: 1, waiting: { failing: 1, disabled: 1 }, notDone: { final: 2, missing: 1 } },
    ];
    expect(sumReports(parts)).toEqual({ done: 3, waiting: { failing: 2, disabled: 1 }, notDone: { final: 3, missing: 1 } });
    for (const reason of ['sending', 'waiting', 'final', 'body_deleted', 'sensitive', 'same_config', 'changed'])
      expect(texts.components).toHaveProperty(`obstacle_${reason}`);
    for (const reason of ['missing', 'activity_missing', 'disabled', 'no_default', 'default_disabled', 'failing'])
      expect(texts.components).toHaveProperty(`reason_${reason}`);
    for (const action of MESSAGE_ACTIONS)
      for (const key of ['bulk', 'bulkTitle', 'bulkText', 'confirm', 'progress', 'stopped', 'notDone'])
        expect(texts.components).toHaveProperty(`${key}_${action}`);
  });
});

describe('the events of a message', () => {
  const kindsOf = (status: LogMessage['status'], ...attempts: LogAttempt[]): string[] =>
    eventsOf(attempts, buildMessage({ status })).map(({ kind }) => kind);

  it('distinguish full and partial acceptance', () => {
    expect(kindsOf('sent', buildAttempt('refused', 'RECIPIENT'), buildAttempt('accepted'))).toEqual(['refused', 'accepted']);
    expect(kindsOf('partially_sent', buildAttempt('accepted'))).toEqual(['accepted_partly']);
    expect(kindsOf('sent', buildAttempt('accepted', 'RECIPIENT'), buildAttempt('accepted'))).toEqual(['accepted_partly', 'accepted_rest']);
    expect(
      kindsOf(
        'partially_sent',
        buildAttempt('accepted', 'RECIPIENT'),
        buildAttempt('config_failed', 'DNS'),
        buildAttempt('refused', 'RECIPIENT'),
      ),
    ).toEqual(['accepted_partly', 'config_failed', 'refused_rest']);
  });

  it('combine attempts with the same failure of the configuration', () => {
    const [first, second] = eventsOf(
      [buildAttempt('config_failed', 'DNS'), buildAttempt('config_failed', 'DNS'), buildAttempt('accepted')],
      buildMessage({ status: 'sent' }),
    );
    expect([first!.times, second!.kind]).toEqual([2, 'accepted']);
    expect(kindsOf('queued', buildAttempt('config_failed', 'DNS'), buildAttempt('config_failed', 'AUTH'))).toEqual([
      'config_failed',
      'config_failed',
    ]);
  });

  it('have labels, and are empty if they cannot be read', () => {
    for (const kind of ['accepted', 'accepted_partly', 'accepted_rest', 'refused', 'refused_rest', 'config_failed', 'ambiguous']) {
      expect(texts.labels).toHaveProperty(`outcome_${kind}`);
    }
    expect(readAttempts({ attemptsJson: '[' })).toEqual([]);
  });
});
