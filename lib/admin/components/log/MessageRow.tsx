import { Link } from '@adminjs/design-system';
import { ActionButton, type RecordJSON } from 'adminjs';
import React from 'react';
import { MESSAGE_ACTIONS, type MessageAction } from '../../../shared/mail-log.js';
import type { Activity } from '../../../shared/smtp-config.js';
import RowMenu, { type MenuItem } from '../list/RowMenu.js';
import { Cell, Row } from '../list/table.js';
import { isSelectable, readMessage, type LogMessage } from '../model/message.js';
import { CheckBox } from '../parts/CheckField.js';
import Time from '../parts/Time.js';
import type { Texts } from '../parts/use-texts.js';
import { configNameOf } from './config-name.js';
import StatusMark from './StatusMark.js';
import { recipientsOf, subjectOf } from './subject.js';
import When from './When.js';

interface Props {
  texts: Texts;
  resourceId: string;
  record: RecordJSON;
  activities: Activity[];
  isSingle: boolean;
  /** Undefined if the admin may not change messages. */
  selection?: { isSelected: boolean; onSelect: (isSelected: boolean) => void };
  onAction: (action: MessageAction, record: RecordJSON) => void;
}

/** The names of the actions' buttons. */
export const ACTION_LABELS = { retryNow: 'retryNow', move: 'move', resend: 'resend', cancel: 'cancelMessage' };

/** Returns the last failure in one line. */
function lastFailure({ status, delivery, failure }: LogMessage, texts: Texts): string | null {
  const missed = delivery?.refused.map(({ address }) => address).join(', ');
  if (missed) return texts.t('notDelivered', { recipients: missed });
  const isOver = status === 'failed' || status === 'partially_sent' || status === 'unknown';
  return isOver && failure ? texts.failure(failure) : null;
}

/** One message of the log. */
export default function MessageRow({ texts, resourceId, record, activities, isSingle, selection, onAction }: Props): React.ReactElement {
  const message = readMessage(record.params);
  const { reason, recipients, nextAttemptAt } = message;
  const may = (name: string) => record.recordActions.find((action) => action.name === name);
  const subject = subjectOf(message, texts);
  const items: MenuItem[] = MESSAGE_ACTIONS.filter((name) => may(name) && !(isSingle && name === 'move')).map((name) => ({
    id: name,
    label: texts.button(ACTION_LABELS[name]),
    danger: name === 'cancel',
    onSelect: () => onAction(name, record),
  }));
  const show = may('show');
  const isDisabled = !isSelectable(message);
  const trouble = lastFailure(message, texts);
  const isScheduled = reason === 'scheduled';
  return (
    <Row data-id={record.id}>
      {selection && (
        <Cell className="select">
          <CheckBox
            aria-label={texts.t('selectOne', { subject })}
            title={isDisabled ? texts.t('notSelectable') : undefined}
            disabled={isDisabled}
            checked={selection.isSelected && !isDisabled}
            onChange={(event: React.ChangeEvent<HTMLInputElement>) => selection.onSelect(event.target.checked)}
          />
        </Cell>
      )}
      <Cell className="status">
        <StatusMark status={message.status} texts={texts} />
        {trouble && (
          <span className="lines" title={trouble}>
            {trouble}
          </span>
        )}
        {reason && !isScheduled && <span className="lines">{texts.t(`reason_${reason}`)}</span>}
        {nextAttemptAt && (
          <small>
            {texts.t(isScheduled ? 'due' : 'nextTry')} <When at={nextAttemptAt} locale={texts.locale} />
          </small>
        )}
      </Cell>
      <Cell className="message">
        <span className="cut" title={subject}>
          {show ? (
            <ActionButton action={show} resourceId={resourceId} recordId={record.id}>
              <Link>{message.sensitive ? <em>{subject}</em> : subject}</Link>
            </ActionButton>
          ) : (
            subject
          )}
        </span>
        <small className="pair">
          <span className="cut" title={recipients}>
            {recipientsOf(message, texts)}
          </span>
          <span className="cut">{activities.find(({ key }) => key === message.activity)?.label ?? message.activity}</span>
        </small>
      </Cell>
      <Cell className="meta configName">{configNameOf(message, texts)}</Cell>
      <Cell className="meta when">
        <Time at={message.sentAt ?? message.createdAt} locale={texts.locale} />
      </Cell>
      <Cell className="end">{items.length > 0 && <RowMenu label={texts.t('rowMenu', { subject })} items={items} />}</Cell>
    </Row>
  );
}
