import { Link, Placeholder, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useEffect } from 'react';
import { lastFailure } from '../log/last-failure.js';
import StatusMark from '../log/StatusMark.js';
import { subjectOf } from '../log/subject.js';
import { deferredOf, filterQuery, type LogFilters, notDelivered } from '../model/log-filters.js';
import { type LogMessage, readMessage } from '../model/message.js';
import LoadFailure from '../parts/LoadFailure.js';
import Time from '../parts/Time.js';
import { logUrl, recordUrl } from '../parts/use-go.js';
import { useResponse } from '../parts/use-response.js';
import { useTexts } from '../parts/use-texts.js';
import Section from './Section.js';
import type { SummaryProps } from './summary-props.js';

const List = styled.ul`
  & > li {
    padding: ${themeGet('space', 'default')} 0;
    overflow-wrap: anywhere;
  }
  & > li + li {
    border-top: 1px solid ${themeGet('colors', 'border')};
  }
  & small {
    display: block;
  }
`;

const SHOWN = 5;

const queryOf = (filters: LogFilters): Record<string, string> => ({
  ...filterQuery(filters),
  page: '1',
  perPage: String(SHOWN),
  sortBy: 'createdAt',
  direction: 'desc',
});

/** Returns the newest messages of lists. */
function newestOf(...lists: (LogMessage[] | undefined)[]): LogMessage[] {
  const all = lists.flatMap((list) => list ?? []);
  return all.toSorted((one, other) => Date.parse(other.createdAt) - Date.parse(one.createdAt)).slice(0, SHOWN);
}

/** The last messages of a configuration that failed or were deferred, with a link to all that failed. */
export default function FailuresSection({ texts, config, round }: SummaryProps & { round: number }): React.ReactElement {
  const logTexts = useTexts('SmtpMessage');
  const { name } = config.draft;
  const failed = useResponse('SmtpMessage', queryOf(notDelivered(name)));
  const waiting = useResponse('SmtpMessage', queryOf(deferredOf(name)));
  const reload = (): void => {
    failed.reload();
    waiting.reload();
  };
  useEffect(() => {
    if (round > 0) reload();
    // The function is new on each render, but equivalent.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [round]);
  const [failures, deferred] = [failed, waiting].map(({ response }) => response?.records?.map(({ params }) => readMessage(params)));
  const messages = newestOf(failures, deferred);
  const loadFailure = failed.failure ?? waiting.failure;
  return (
    <Section title={texts.t('groupFailures')} testId="failures">
      {loadFailure !== null && <LoadFailure texts={logTexts} failure={loadFailure} onRetry={reload} />}
      {loadFailure === null && !(failures && deferred) && <Placeholder height={60} style={{ width: '100%' }} />}
      {failures && deferred && messages.length === 0 && <p>{texts.t('failuresNone')}</p>}
      {messages.length > 0 && (
        <List>
          {messages.map((message) => {
            const { id, status, reason, createdAt, recipients, failure } = message;
            const why = lastFailure(message, logTexts) ?? (failure && logTexts.failure(failure));
            return (
              <li key={id} data-id={id}>
                <StatusMark status={status} texts={logTexts} />
                {' · '}
                <Link href={recordUrl('SmtpMessage', id, 'show')}>{subjectOf(message, logTexts)}</Link>
                {' · '}
                <Time at={createdAt} locale={texts.locale} />
                <small>{recipients}</small>
                {reason && <small>{logTexts.t(`reason_${reason}`)}</small>}
                {why && <small>{why}</small>}
              </li>
            );
          })}
        </List>
      )}
      {failures && failures.length > 0 && <Link href={logUrl(notDelivered(name))}>{texts.button('failuresAll')}</Link>}
    </Section>
  );
}
