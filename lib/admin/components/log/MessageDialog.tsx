import { useNotice } from 'adminjs';
import React from 'react';
import { type ApiResponse, recordAction } from '../model/api.js';
import { readMessage, whyNoCancel, whyNoMove, whyNoRetry, type LogMessage } from '../model/message.js';
import Alert from '../parts/Alert.js';
import ConfirmDialog from '../parts/ConfirmDialog.js';
import { isNotFound, refusal } from '../parts/refusal.js';
import type { Texts } from '../parts/use-texts.js';
import type { MessageAction } from '../../../shared/mail-log.js';
import MoveDialog from './MoveDialog.js';
import ResendDialog from './ResendDialog.js';
import { MessageSummary } from './subject.js';

interface Props {
  action: MessageAction;
  message: LogMessage;
  texts: Texts;
  resourceId: string;
  isSingle: boolean;
  /** Called after a possible change: the shown data is outdated. */
  onChanged: () => void;
  /** Called with the id of the new message after a resend, instead of `onClose`. */
  onResent?: (id: string) => void;
  onClose: () => void;
}

function retryText({ status, reason }: LogMessage): string {
  if (status === 'unknown') return 'retryUnknownText';
  if (reason === 'failing') return 'retryFailingText';
  return status === 'queued' || status === 'held' ? 'retryText' : 'retryAnewText';
}

/** The dialog of one action on one message. */
export default function MessageDialog({
  action,
  message,
  texts,
  resourceId,
  isSingle,
  onChanged,
  onResent,
  onClose,
}: Props): React.ReactElement {
  const addNotice = useNotice();
  const done = (): void => {
    onChanged();
    onClose();
  };
  /** Returns the panel's text for the obstacle, according to the current state of the message. */
  const whyNot = ({ record }: ApiResponse): string | undefined => {
    if (!record || isNotFound({ record })) return undefined;
    const now = readMessage(record.params);
    const text = action === 'cancel' ? whyNoCancel(now) : whyNoRetry(now, isSingle);
    return text && texts.t(text, { name: now.configName ?? '' });
  };
  const act = (fallback: string) => async (): Promise<string | void> => {
    const response = await recordAction(resourceId, message.id, action, {});
    if (response.notice?.type === 'error') {
      onChanged();
      return whyNot(response) ?? refusal(response, texts);
    }
    addNotice({ message: response.notice?.message ?? fallback, type: 'success', resourceId });
    done();
  };
  const common = { texts, onClose };

  if (action === 'resend') {
    const resent = (id: string | undefined): void => {
      onChanged();
      if (id && onResent) onResent(id);
      else onClose();
    };
    return <ResendDialog {...common} resourceId={resourceId} message={message} onDone={resent} />;
  }
  if (action === 'move') {
    return (
      <MoveDialog
        {...common}
        resourceId={resourceId}
        blocked={whyNoMove(message)}
        from={message.status === 'queued' || message.status === 'held' ? message.configId : null}
        move={(to) => recordAction(resourceId, message.id, 'move', { to })}
        onMoved={onChanged}
      >
        <MessageSummary message={message} texts={texts} />
        <p>{texts.t(message.delivery ? 'movePartlyText' : 'moveText')}</p>
      </MoveDialog>
    );
  }
  if (action === 'retryNow') {
    const blocked = whyNoRetry(message, isSingle);
    return (
      <ConfirmDialog
        {...common}
        title={texts.t('retryTitle')}
        confirm={texts.button('retryNow')}
        isBlocked={blocked !== undefined}
        onConfirm={act('retried')}
      >
        <MessageSummary message={message} texts={texts} />
        {blocked ? <Alert tone="info">{texts.t(blocked, { name: message.configName ?? '' })}</Alert> : <p>{texts.t(retryText(message))}</p>}
      </ConfirmDialog>
    );
  }
  const blocked = whyNoCancel(message);
  return (
    <ConfirmDialog
      {...common}
      title={texts.t('cancelTitle')}
      confirm={texts.button('cancelMessage')}
      cancel={texts.button('dontCancel')}
      color="danger"
      isBlocked={blocked !== undefined}
      onConfirm={act('cancelled')}
    >
      <MessageSummary message={message} texts={texts} />
      {blocked ? <Alert tone="info">{texts.t(blocked)}</Alert> : <p>{texts.t(message.sensitive ? 'cancelSensitiveText' : 'cancelText')}</p>}
    </ConfirmDialog>
  );
}
