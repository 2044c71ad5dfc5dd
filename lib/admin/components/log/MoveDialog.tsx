import { useNotice } from 'adminjs';
import React, { useState } from 'react';
import { countChanged, sumCounts } from '../../../shared/mail-log.js';
import type { ApiResponse } from '../model/api.js';
import Alert from '../parts/Alert.js';
import ConfirmDialog from '../parts/ConfirmDialog.js';
import { refusal } from '../parts/refusal.js';
import type { Texts } from '../parts/use-texts.js';
import { obstacleText } from './BulkSummary.js';
import MoveField from './MoveField.js';

interface Props {
  texts: Texts;
  resourceId: string;
  /** The text for why the messages cannot be moved; undefined if they can. */
  blocked?: string;
  /** The id of the configuration that the messages wait for. */
  from?: string | null;
  children: React.ReactNode;
  /** Moves the messages. */
  move: (to: string) => Promise<ApiResponse>;
  /** Called after a move of at least one message. */
  onMoved: () => void;
  onClose: () => void;
}

/** Asks for the configuration to move messages to, moves them, and says which were not moved and why. */
export default function MoveDialog({ texts, resourceId, blocked, from, children, move, onMoved, onClose }: Props): React.ReactElement {
  const addNotice = useNotice();
  const [to, setTo] = useState('');
  const [error, setError] = useState('');
  const go = async (): Promise<string | void> => {
    setError('');
    if (!to) return setError(texts.message('error_to_required'));
    const response = await move(to);
    const { bulk, errors, notice } = response;
    if (errors?.to) return setError(texts.error('to', errors.to));
    if (!bulk) return refusal(response, texts);
    const moved = countChanged(bulk);
    const left = Object.entries(bulk.notDone).map(
      ([reason, n]) => `${n.toLocaleString(texts.locale)} – ${obstacleText(reason, 'move', texts)}`,
    );
    if (moved > 0) {
      addNotice({
        message: notice?.message ?? 'moved',
        type: 'success',
        resourceId,
        options: { done: moved, total: moved + sumCounts(bulk.notDone) },
      });
      onMoved();
    }
    if (left.length > 0) return `${texts.t('notDone_move')}: ${left.join('; ')}.`;
    onClose();
  };
  return (
    <ConfirmDialog
      texts={texts}
      title={texts.t('bulkTitle_move')}
      confirm={texts.button('move')}
      isBlocked={blocked !== undefined}
      onConfirm={go}
      onClose={onClose}
    >
      {children}
      {blocked ? (
        <Alert tone="info">{texts.t(blocked)}</Alert>
      ) : (
        <MoveField texts={texts} value={to} error={error} except={from ?? undefined} onChange={setTo} />
      )}
    </ConfirmDialog>
  );
}
