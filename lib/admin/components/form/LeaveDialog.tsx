import React from 'react';
import ConfirmDialog from '../parts/ConfirmDialog.js';
import type { Texts } from '../parts/use-texts.js';

/** Asks before unsaved changes are dropped. */
export default function LeaveDialog({
  texts,
  onStay,
  onLeave,
}: {
  texts: Texts;
  onStay: () => void;
  onLeave: () => void;
}): React.ReactElement {
  return (
    <ConfirmDialog
      texts={texts}
      title={texts.t('leaveTitle')}
      confirm={texts.button('discard')}
      cancel={texts.button('stay')}
      color="danger"
      onClose={onStay}
      onConfirm={onLeave}
    >
      <p>{texts.t('leaveText')}</p>
    </ConfirmDialog>
  );
}
