import React, { useState } from 'react';
import type { Activity } from '../../../shared/smtp-config.js';
import { obstacleText } from '../log/BulkSummary.js';
import MoveField from '../log/MoveField.js';
import { recordAction, resourceAction, type ApiResponse } from '../model/api.js';
import { storedSecrets, type SavedConfig } from '../model/draft.js';
import ConfirmDialog from './ConfirmDialog.js';
import { refusal } from './refusal.js';
import UsageFacts from './UsageFacts.js';
import { useTexts, type Texts } from './use-texts.js';
import { useUsage } from './use-usage.js';

interface Props {
  texts: Texts;
  resourceId: string;
  config: SavedConfig;
  activities: Activity[];
  /** True with a single configuration: there is none to move mail to. */
  isSingle?: boolean;
  onDone: (response: ApiResponse) => void;
  onClose: () => void;
}

/** The confirmation before a configuration is deleted, with everything that depends on it. */
export default function DeleteDialog({
  texts,
  resourceId,
  config,
  activities,
  isSingle = false,
  onDone,
  onClose,
}: Props): React.ReactElement {
  const logTexts = useTexts('SmtpMessage');
  const [moves, setMoves] = useState(0);
  const { usage, failure } = useUsage(resourceId, config.id, moves);
  const [to, setTo] = useState('');
  const { name } = config.draft;
  const canMove = !isSingle && (usage?.waiting ?? 0) > 0;

  /** Moves the waiting mail. Returns the reason why the configuration stays, if some of it was not moved. */
  const moveMail = async (): Promise<string | undefined> => {
    const response = await resourceAction('SmtpMessage', 'moveWaiting', { from: config.id, to });
    const { bulk, errors } = response;
    if (errors?.to) return logTexts.error('to', errors.to);
    if (!bulk) return refusal(response, logTexts);
    setMoves(moves + 1);
    setTo('');
    const reasons = Object.entries(bulk.notDone).map(([reason, n]) => `${n} – ${obstacleText(reason, 'move', logTexts)}`);
    return reasons.length > 0 ? texts.t('deleteNotMoved', { reasons: reasons.join('; '), name }) : undefined;
  };
  const remove = async (): Promise<string | void> => {
    const refused = canMove && to ? await moveMail() : undefined;
    if (refused) return refused;
    const response = await recordAction(resourceId, config.id, 'delete', {});
    if (response.notice?.type === 'error') return refusal(response, texts);
    onDone(response);
  };
  return (
    <ConfirmDialog
      texts={texts}
      title={texts.t('deleteTitle')}
      confirm={texts.button(canMove && to ? 'moveAndDelete' : 'confirmDelete')}
      color="danger"
      onClose={onClose}
      onConfirm={remove}
    >
      <p>{texts.t(storedSecrets(config).length > 0 ? 'deleteTextPassword' : 'deleteText', { name })}</p>
      <div role="status" data-testid="usage" aria-busy={!usage && failure === null}>
        <UsageFacts
          texts={texts}
          before="delete"
          usage={usage ?? { isDefault: config.draft.isDefault, usedBy: config.usedBy }}
          failed={failure !== null}
          activities={activities}
        />
      </div>
      {canMove && (
        <MoveField
          texts={logTexts}
          label={texts.t('deleteMoveTo')}
          none={texts.t('deleteMoveNone')}
          value={to}
          except={config.id}
          onChange={setTo}
        />
      )}
    </ConfirmDialog>
  );
}
