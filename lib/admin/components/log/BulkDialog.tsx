import React, { useState } from 'react';
import type { MessageAction } from '../../../shared/mail-log.js';
import Alert from '../parts/Alert.js';
import Button from '../parts/Button.js';
import Dialog from '../parts/Dialog.js';
import SteadyButton from '../parts/SteadyButton.js';
import type { Texts } from '../parts/use-texts.js';
import BulkProgress from './BulkProgress.js';
import MoveField from './MoveField.js';
import type { useBulk } from './use-bulk.js';

interface Props {
  texts: Texts;
  action: MessageAction;
  /** The number of messages that allow the action. */
  count: number;
  /** True if some messages may be sensitive. */
  hasSensitive: boolean;
  bulk: ReturnType<typeof useBulk>;
  onClose: () => void;
}

/** Asks before several messages are moved, resent or cancelled, and shows the progress. */
export default function BulkDialog({ texts, action, count, hasSensitive, bulk, onClose }: Props): React.ReactElement {
  const [to, setTo] = useState('');
  const [error, setError] = useState('');
  const { progress, failure } = bulk;
  const sensitive = hasSensitive && texts.optional(`bulkSensitive_${action}`);
  const counted = count.toLocaleString(texts.locale);
  const start = (): void => {
    if (action === 'move' && !to) return setError(texts.message('error_to_required'));
    setError('');
    void bulk.run(action, count, to || undefined);
  };
  const footer = progress ? (
    <BulkProgress texts={texts} {...progress} onStop={bulk.stop} />
  ) : (
    <>
      <Button type="button" variant="text" onClick={onClose} data-autofocus>
        {texts.button(action === 'cancel' ? 'dontCancel' : 'cancel')}
      </Button>
      <SteadyButton type="button" variant="contained" color={action === 'cancel' ? 'danger' : 'primary'} off={false} onClick={start}>
        {texts.t(count === 1 ? `confirm_${action}_one` : `confirm_${action}`, { count: counted })}
      </SteadyButton>
    </>
  );
  return (
    <Dialog
      title={texts.t(`bulkTitle_${action}`)}
      closeLabel={texts.button('close')}
      onClose={progress ? bulk.stop : onClose}
      footer={footer}
    >
      <p>{texts.t(`bulkText_${action}`)}</p>
      {action === 'move' && <MoveField texts={texts} value={to} error={error} onChange={setTo} />}
      {sensitive && <p>{sensitive}</p>}
      {failure && <Alert tone="error">{failure}</Alert>}
    </Dialog>
  );
}
