import { beforeEach, describe, expect, it } from '@jest/globals';
import { RefusalAttribution } from '../../lib/config/refusal-attribution.js';
import type { SmtpConfig } from '../../lib/config/smtp-config.entity.js';
import type { RejectedRecipient } from '../../lib/shared/mail-error.js';
import { diagnosedError, type FailureReason } from '../../lib/transport/failures/diagnoses.js';
import { buildMail } from '../support/mails.js';

const config = (version = 1) => ({ id: 'one', version, fromAddress: 'sender@example.com', username: null }) as SmtpConfig;

describe('RefusalAttribution', () => {
  let attribution: RefusalAttribution;
  beforeEach(() => {
    attribution = new RefusalAttribution();
  });
  const refuse = (reason: FailureReason, rejected: Partial<RejectedRecipient>[], version = 1) => {
    const all = rejected.map((one): RejectedRecipient => ({ address: 'a@b.c', code: 550, reply: '550 no', reason, ...one }));
    const error = diagnosedError(reason, {}, { reply: all[0]!.reply, phase: 'recipient', rejected: all });
    const { code, fault, retryable } = attribution.attribute(error, config(version), buildMail({ to: all.map(({ address }) => address) }));
    return { code, fault, retryable };
  };
  const UNEXPLAINED = { code: 'RECIPIENT', fault: 'message', retryable: false };
  const ALIKE = { code: 'SENDER', fault: 'server', retryable: true };
  const policy = (address: string, reply = '550 5.7.1 Rejected by policy') => refuse('recipient_policy', [{ address, reply }]);

  it('blames the configuration for equal words about a second domain', () => {
    expect(policy('a@one.example')).toEqual(UNEXPLAINED);
    expect(policy('b@one.example')).toEqual(UNEXPLAINED);
    expect(policy('c@two.example')).toEqual(ALIKE);
  });

  it('ignores addresses, domains and ids in the words', () => {
    policy('a@one.example', '550 5.7.1 <a@one.example> one.example refused (q7-20020a05)');
    expect(policy('b@two.example', '550 5.7.1 <b@two.example> two.example refused (x1-30020b05)')).toEqual(ALIKE);
  });

  it('does not blame it for other words, after an accepted recipient, or for another version', () => {
    policy('a@one.example');
    expect(policy('b@two.example', '550 5.7.1 Something else')).toEqual(UNEXPLAINED);
    attribution.recordAccepted(config());
    expect(policy('c@three.example', '550 5.7.1 Something else')).toEqual(UNEXPLAINED);
    expect(refuse('recipient_policy', [{ address: 'd@four.example', reply: '550 5.7.1 Something else' }], 2)).toEqual(UNEXPLAINED);
  });

  it('does not compare the recipients of one message, which would never end', () => {
    const message = [{ address: 'a@one.example' }, { address: 'b@two.example' }];
    expect(refuse('recipient_policy', message)).toEqual(UNEXPLAINED);
    attribution.recordAccepted(config());
    expect(refuse('recipient_policy', message)).toEqual(UNEXPLAINED);
  });

  it('blames a recipient that is not relayed to only after an accepted message, once', () => {
    expect(refuse('relay_denied', [{}])).toEqual({ code: 'AUTH', fault: 'server', retryable: true });
    attribution.recordAccepted(config());
    expect(refuse('relay_denied', [{}])).toEqual(UNEXPLAINED);
    expect(refuse('relay_denied', [{}])).toEqual({ code: 'AUTH', fault: 'server', retryable: true });
  });

  it('defers a recipient that is not relayed to for now', () => {
    attribution.recordAccepted(config());
    expect(refuse('relay_denied', [{ code: 454, reply: '454 4.7.1 Relay access denied' }])).toMatchObject({
      fault: 'message',
      retryable: true,
    });
  });

  it('blames an own From that is not relayed for only after an accepted message', () => {
    const error = diagnosedError('relay_denied', {}, { reply: '550 5.7.1 relaying denied', phase: 'sender' });
    const own = { ...buildMail(), from: { name: '', address: 'own@example.com' } };
    const fromConfig = { ...buildMail(), from: { name: '', address: 'sender@example.com' } };
    expect(attribution.attribute(error, config(), own)).toMatchObject({ code: 'AUTH', fault: 'server' });
    attribution.recordAccepted(config());
    expect(attribution.attribute(error, config(), fromConfig)).toMatchObject({ code: 'AUTH', fault: 'server' });
    expect(attribution.attribute(error, config(), own)).toMatchObject({ code: 'CONTENT', fault: 'message', retryable: false });
  });

  it.each<FailureReason>(['sender_refused', 'sender_not_allowed', 'sender_domain'])(
    'blames a From of the message’s own, not the configuration, for %s',
    (reason) => {
      const error = diagnosedError(reason, {}, { reply: '550 5.7.1 no', phase: 'sender' });
      const own = { ...buildMail(), from: { name: '', address: 'own@example.com' } };
      expect(attribution.attribute(error, config(), own)).toMatchObject({
        code: 'SENDER',
        reason: 'own_from_refused',
        values: { from: 'own@example.com' },
        fault: 'message',
        retryable: false,
        reply: '550 5.7.1 no',
      });
      const fromConfig = { ...buildMail(), from: { name: '', address: 'Sender@Example.com' } };
      expect(attribution.attribute(error, config(), fromConfig)).toMatchObject({ reason, fault: 'server' });
    },
  );

  it('blames an envelope sender of the message’s own', () => {
    const mail = buildMail();
    const own = { ...mail, envelope: { ...mail.envelope, from: 'bounces@example.com' } };
    const error = diagnosedError('sender_refused', {}, { reply: '550 5.7.1 no', phase: 'sender' });
    expect(attribution.attribute(error, config(), own)).toMatchObject({
      reason: 'own_from_refused',
      values: { from: 'bounces@example.com' },
      fault: 'message',
    });
  });
});
