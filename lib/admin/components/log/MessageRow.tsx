import { Link } from '@adminjs/design-system';
import { ActionButton, type RecordJSON } from 'adminjs';
import React from 'react';
import RowMenu, { type MenuItem } from '../list/RowMenu.js';
import { Cell, Row } from '../list/table.js';
import { readMessage, whyNoRetry } from '../model/message.js';
import type { ActivityChoice } from '../model/types.js';
import Time from '../parts/Time.js';
import type { Texts } from '../parts/use-texts.js';
import StatusMark from './StatusMark.js';
import When from './When.js';

export type MessageAction = 'resend' | 'retryNow' | 'cancel';

interface Props {
  texts: Texts;
  resourceId: string;
  record: RecordJSON;
  activities: ActivityChoice[];
  /** Undefined for those who may not retry. */
  selection?: { isSelected: boolean; onSelect: (isSelected: boolean) => void };
  onAction: (action: MessageAction, record: RecordJSON) => void;
}

const LABELS = { resend: 'resend', retryNow: 'retryNow', cancel: 'cancelMessage' };

/** One message of the log. */
export default function MessageRow({ texts, resourceId, record, activities, selection, onAction }: Props): React.ReactElement {
  const message = readMessage(record.params);
  const { status, reason, recipients, recipientCount, lastError, nextAttemptAt } = message;
  const may = (name: string) => record.recordActions.find((action) => action.name === name);
  const subject = message.sensitive ? texts.t('sensitiveSubject') : message.subject || texts.t('noSubject');
  const items: MenuItem[] = (['resend', 'retryNow', 'cancel'] as const)
    .filter((name) => may(name))
    .map((name) => ({ id: name, label: texts.button(LABELS[name]), danger: name === 'cancel', onSelect: () => onAction(name, record) }));
  const show = may('show');
  const blocked = whyNoRetry(message);
  return (
    <Row data-id={record.id}>
      {selection && (
        <Cell className="select">
          <input
            type="checkbox"
            aria-label={texts.t('selectOne', { subject })}
            title={blocked && texts.t(blocked)}
            disabled={blocked !== undefined}
            checked={selection.isSelected}
            onChange={(event) => selection.onSelect(event.target.checked)}
          />
        </Cell>
      )}
      <Cell>
        <StatusMark status={status} texts={texts} />
        {(status === 'failed' || status === 'partly_sent' || status === 'unknown') && lastError && (
          <small className="cut" title={lastError}>
            {lastError}
          </small>
        )}
        {reason && <small>{texts.t(`reason_${reason}`)}</small>}
        {nextAttemptAt && (
          <small>
            {texts.t('nextTry')} <When at={nextAttemptAt} locale={texts.locale} />
          </small>
        )}
      </Cell>
      <Cell>
        {show ? (
          <ActionButton action={show} resourceId={resourceId} recordId={record.id}>
            <Link>{message.sensitive ? <em>{subject}</em> : subject}</Link>
          </ActionButton>
        ) : (
          subject
        )}
      </Cell>
      <Cell title={recipients} className="cut">
        {recipientCount > 1 ? texts.t('recipients', { count: recipientCount }) : recipients}
        {recipientCount > 1 && <small className="cut">{recipients}</small>}
      </Cell>
      <Cell>{activities.find(({ key }) => key === message.activity)?.label ?? message.activity}</Cell>
      <Cell>{message.sentBy ?? message.configName ?? texts.t('defaultConfig')}</Cell>
      <Cell>
        <Time at={message.sentAt ?? message.createdAt} locale={texts.locale} />
      </Cell>
      <Cell className="end">{items.length > 0 && <RowMenu label={texts.t('rowMenu', { subject })} items={items} />}</Cell>
    </Row>
  );
}
