import type { ActionProps } from 'adminjs';
import React, { useEffect, useRef, useState } from 'react';
import { Page } from './list/table.js';
import Content from './log/Content.js';
import Explanation from './log/Explanation.js';
import { Columns, Subject } from './log/record-layout.js';
import MessageDialog from './log/MessageDialog.js';
import MessageFacts from './log/MessageFacts.js';
import type { MessageAction } from '../../shared/mail-log.js';
import Recipients from './log/Recipients.js';
import StatusMark from './log/StatusMark.js';
import { subjectOf } from './log/subject.js';
import Timeline from './log/Timeline.js';
import { recordAction, type RecordResponse } from './model/api.js';
import { readAttempts } from './model/attempts.js';
import { isInProgress, readMessage } from './model/message.js';
import { DEFAULT_SETTINGS } from './model/types.js';
import { focusOnArrival, useArrivalFocus } from './parts/use-arrival-focus.js';
import { recordUrl, useGo } from './parts/use-go.js';
import { useTexts } from './parts/use-texts.js';

const REFRESH_MS = 3_000;

/** Returns the given record, reloaded while the message is being sent, and on `reload`. */
function useRecord(resourceId: string, given: RecordResponse | undefined): { record: RecordResponse | undefined; reload: () => void } {
  const [record, setRecord] = useState(given);
  const [round, setRound] = useState(0);
  const id = given?.id;
  const isMoving = record !== undefined && isInProgress(readMessage(record.params));
  useEffect(() => {
    if (!id || round === 0) return undefined;
    let isCurrent = true;
    const load = async (): Promise<void> => {
      // If reloading fails, the shown record stays.
      const response = await recordAction(resourceId, id, 'show').catch(() => undefined);
      if (isCurrent && response?.record && response.notice?.type !== 'error') setRecord(response.record);
    };
    void load();
    return () => {
      isCurrent = false;
    };
  }, [resourceId, id, round]);
  useEffect(() => {
    if (!isMoving) return undefined;
    const timer = setInterval(() => document.visibilityState === 'visible' && setRound((count) => count + 1), REFRESH_MS);
    return () => clearInterval(timer);
  }, [isMoving]);
  return { record, reload: () => setRound((count) => count + 1) };
}

/** A message: its facts, its history and its actions, which open over the page. */
export default function SmtpMessageShow(props: ActionProps): React.ReactElement | null {
  return props.record ? <Message key={props.record.id} {...props} /> : null;
}

function Message({ resource, record: given, action }: ActionProps): React.ReactElement | null {
  const texts = useTexts(resource.id);
  const go = useGo();
  const { record, reload } = useRecord(resource.id, given);
  const page = useRef<HTMLDivElement>(null);
  useArrivalFocus(page);
  if (!record) return null;
  const message = readMessage(record.params);
  const activities = action.custom?.activities ?? DEFAULT_SETTINGS.activities;
  const isSingle = action.custom?.single === true;
  const canManage = record.recordActions?.some(({ name }) => name === 'resend') ?? false;
  /** Opens the page of this message, or of its resend. */
  const show = (id: string): void => {
    focusOnArrival('h3');
    go(recordUrl(resource.id, id, 'show'));
  };
  return (
    <Page ref={page}>
      <Subject>
        <StatusMark status={message.status} texts={texts} />
        <h3 tabIndex={-1}>{subjectOf(message, texts)}</h3>
      </Subject>
      <Explanation
        message={message}
        activities={activities}
        isSingle={isSingle}
        resourceId={resource.id}
        canManage={canManage}
        texts={texts}
        onTried={reload}
      />
      <Columns>
        <section aria-label={texts.t('facts')}>
          <h4>{texts.t('facts')}</h4>
          <MessageFacts message={message} resourceId={resource.id} activities={activities} texts={texts} />
        </section>
        <section aria-label={texts.t('timeline')}>
          {message.delivery && (
            <>
              <h4>{texts.t('recipientsByOutcome')}</h4>
              <Recipients message={message} delivery={message.delivery} texts={texts} />
            </>
          )}
          <h4>{texts.t('timeline')}</h4>
          <Timeline message={message} attempts={readAttempts(record.params)} texts={texts} />
        </section>
      </Columns>
      <section aria-label={texts.t('content')}>
        <h4>{texts.t('content')}</h4>
        <Content message={message} resourceId={resource.id} canView={canManage} texts={texts} />
      </section>
      {action.name !== 'show' && (
        <MessageDialog
          action={action.name as MessageAction}
          message={message}
          texts={texts}
          resourceId={resource.id}
          isSingle={isSingle}
          onChanged={reload}
          onResent={show}
          onClose={() => show(message.id)}
        />
      )}
    </Page>
  );
}
