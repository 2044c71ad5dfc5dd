import { Link, Placeholder } from '@adminjs/design-system';
import React, { Fragment } from 'react';
import type { ConfigUsage } from '../../../shared/smtp-config.js';
import MoveWaiting from '../log/MoveWaiting.js';
import { waitingFor } from '../model/log-filters.js';
import CountLink from '../parts/CountLink.js';
import LoadFailure from '../parts/LoadFailure.js';
import Phrase from '../parts/Phrase.js';
import { listUrl } from '../parts/use-go.js';
import { useTexts } from '../parts/use-texts.js';
import { activityLabel } from '../parts/UsageFacts.js';
import { Actions } from './layout.js';
import Section from './Section.js';
import type { SummaryProps } from './summary-props.js';

interface Props extends SummaryProps {
  /** Everything that depends on the configuration; null until it is known. */
  usage: ConfigUsage | null;
  /** Null unless it could not be loaded. */
  failure: unknown;
  /** Called to load everything again. */
  onRefresh: () => void;
}

/** The use of a configuration: for unassigned mail, for email types, and by the mail that waits for it, which can be moved. */
export default function UsageSection({ texts, settings, config, canManage, usage, failure, onRefresh }: Props): React.ReactElement {
  const logTexts = useTexts('SmtpMessage');
  const { id, draft, health, usedBy } = config;
  const { name, isDefault } = draft;
  const waiting = usage?.waiting ?? 0;
  const types = usedBy.map((key, index) => (
    <Fragment key={key}>
      {index > 0 && ', '}
      <Link href={listUrl('SmtpActivity')}>{activityLabel(key, settings.activities)}</Link>
    </Fragment>
  ));
  return (
    <Section title={texts.t('groupUsage')} testId="usage">
      {isDefault && <p>{texts.t('usedAsDefault')}</p>}
      {!isDefault && usedBy.length === 0 && <p>{texts.t('usedByNone')}</p>}
      {usedBy.length > 0 && (
        <p>
          <Phrase texts={texts} text="usedBy" values={{ activities: types }} />
        </p>
      )}
      {!usage && failure === null && <Placeholder height={18} width={180} />}
      {failure !== null && <LoadFailure texts={texts} text="usageFailed" failure={failure} onRetry={onRefresh} />}
      {usage && (
        <p data-testid="waiting">
          <CountLink count={waiting} rows={waitingFor(name)}>
            {waiting === 0
              ? texts.t('waitingNone')
              : texts.t(waiting === 1 ? 'waitingOne' : 'waitingSome', { count: waiting.toLocaleString(texts.locale) })}
          </CountLink>
        </p>
      )}
      {canManage && !settings.single && waiting > 0 && health !== 'failing' && (
        <Actions>
          <MoveWaiting texts={logTexts} config={{ id, name }} waiting={waiting} onMoved={onRefresh} />
        </Actions>
      )}
    </Section>
  );
}
