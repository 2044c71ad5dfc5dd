import { Icon } from '@adminjs/design-system';
import type { ActionProps } from 'adminjs';
import React, { useEffect, useState } from 'react';
import { Page } from './list/table.js';
import Content from './log/Content.js';
import Explanation from './log/Explanation.js';
import { lastListUrl } from './log/last-list.js';
import { Columns } from './log/record-layout.js';
import MessageDialog from './log/MessageDialog.js';
import MessageFacts from './log/MessageFacts.js';
import MessageTimeline from './log/MessageTimeline.js';
import { MESSAGE_ACTIONS, type MessageAction } from '../../shared/mail-log.js';
import { ACTION_LABELS } from './log/MessageRow.js';
import Recipients from './log/Recipients.js';
import StatusMark from './log/StatusMark.js';
import { subjectOf } from './log/subject.js';
import { useDetails } from './log/use-details.js';
import { recordAction, type RecordResponse } from './model/api.js';
import { readAttempts } from './model/attempts.js';
import { isInProgress, readMessage } from './model/message.js';
import { DEFAULT_SETTINGS } from './model/types.js';
import Button from './parts/Button.js';
import MissingRecord, { isMissing } from './parts/MissingRecord.js';
import PageHead from './parts/PageHead.js';
import { focusOnArrival, useArrivalFocus } from './parts/use-arrival-focus.js';
import { recordUrl, useGo } from './parts/use-go.js';
import { useTexts } from './parts/use-texts.js';

/** The refresh interval while the message is being sent, and otherwise: another admin or another tab may change it, too. */
const REFRESH_SOON_MS = 3_000;
const REFRESH_MS = 15_000;

/** Returns the given record, reloaded periodically while the page is visible, and on `reload`. */
function useRecord(resourceId: string, given: RecordResponse): { record: RecordResponse; reload: () => void } {
  const [record, setRecord] = useState(given);
  const [round, setRound] = useState(0);
  const { id } = given;
  const isMoving = isInProgress(readMessage(record.params));
  useEffect(() => {
    if (round === 0) return undefined;
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
    const refresh = (): void => {
      if (document.visibilityState === 'visible') setRound((count) => count + 1);
    };
    const timer = setInterval(refresh, isMoving ? REFRESH_SOON_MS : REFRESH_MS);
    return () => clearInterval(timer);
  }, [isMoving]);
  return { record, reload: () => setRound((count) => count + 1) };
}

/** A message: its facts, its history and its actions, which open over the page. */
export default function SmtpMessageShow(props: ActionProps): React.ReactElement | null {
  const { record, resource } = props;
  const texts = useTexts(resource.id);
  if (!record) return null;
  return isMissing(record) ? (
    <MissingRecord texts={texts} resource={resource} back={lastListUrl(resource.id)} />
  ) : (
    <Message key={record.id} {...props} />
  );
}

function Message({ resource, record: given, action }: ActionProps): React.ReactElement {
  const texts = useTexts(resource.id);
  const go = useGo();
  const { record, reload } = useRecord(resource.id, given!);
  /** The number of times that its content was shown or downloaded, each of which the change history records. */
  const [views, setViews] = useState(0);
  const [dialog, setDialog] = useState(action.name === 'show' ? null : (action.name as MessageAction));
  useArrivalFocus();
  const message = readMessage(record.params);
  const details = useDetails(resource.id, message);
  const activities = action.custom?.activities ?? DEFAULT_SETTINGS.activities;
  const isSingle = action.custom?.single === true;
  const offered = record.recordActions ?? [];
  const canManage = offered.some(({ name }) => name === 'resend');
  /** Opens the page of this message, or of its resend. */
  const show = (id: string): void => {
    focusOnArrival('h2');
    go(recordUrl(resource.id, id, 'show'));
  };
  const open = (name: MessageAction): void => {
    setDialog(name);
    // The status may have changed since the page was loaded.
    reload();
  };
  const close = (): void => (action.name === 'show' ? setDialog(null) : show(message.id));
  return (
    <>
      <PageHead
        texts={texts}
        resource={resource}
        back={lastListUrl(resource.id)}
        name={subjectOf(message, texts)}
        marks={<StatusMark status={message.status} texts={texts} />}
      >
        {MESSAGE_ACTIONS.filter((name) => !(isSingle && name === 'move'))
          .flatMap((name) => offered.find((candidate) => candidate.name === name) ?? [])
          .map(({ name, icon, variant }) => (
            <Button
              key={name}
              type="button"
              variant="outlined"
              color={variant === 'danger' ? 'danger' : 'primary'}
              data-action={name}
              onClick={() => open(name as MessageAction)}
            >
              {icon && <Icon icon={icon} />}
              {texts.button(ACTION_LABELS[name as MessageAction])}
            </Button>
          ))}
      </PageHead>
      <Page>
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
            <h3>{texts.t('facts')}</h3>
            <MessageFacts message={message} details={details} resourceId={resource.id} activities={activities} texts={texts} />
          </section>
          <section aria-label={texts.t('timeline')}>
            {message.delivery && (
              <>
                <h3>{texts.t('recipientsByOutcome')}</h3>
                <Recipients message={message} delivery={message.delivery} texts={texts} />
              </>
            )}
            <h3>{texts.t('timeline')}</h3>
            <MessageTimeline message={message} attempts={readAttempts(record.params)} views={views} texts={texts} />
          </section>
        </Columns>
        <section aria-label={texts.t('content')}>
          <h3>{texts.t('content')}</h3>
          <Content
            message={message}
            resourceId={resource.id}
            canView={canManage}
            texts={texts}
            onViewed={() => setViews((count) => count + 1)}
          />
        </section>
        {dialog && (
          <MessageDialog
            action={dialog}
            message={message}
            texts={texts}
            resourceId={resource.id}
            isSingle={isSingle}
            onChanged={reload}
            onResent={show}
            onClose={close}
          />
        )}
      </Page>
    </>
  );
}
