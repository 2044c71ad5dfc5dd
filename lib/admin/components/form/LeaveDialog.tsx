import React from 'react';
import ConfirmDialog from '../parts/ConfirmDialog.js';
import type { Texts } from '../parts/use-texts.js';

/** Asks before unsaved changes are dropped. */
export default function LeaveDialog({
  texts,
  isDiscard = false,
  onStay,
  onLeave,
}: {
  texts: Texts;
  /** One stays on the page, and only the changes go. */
  isDiscard?: boolean;
  onStay: () => void;
  onLeave: () => void;
}): React.ReactElement {
  return (
    <ConfirmDialog
      texts={texts}
      title={texts.t(isDiscard ? 'discardTitle' : 'leaveTitle')}
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
