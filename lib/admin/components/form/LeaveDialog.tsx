import React from 'react';
import ConfirmDialog from '../parts/ConfirmDialog.js';
import type { Texts } from '../parts/use-texts.js';

/** The confirmation before unsaved changes are lost. */
export default function LeaveDialog({
  texts,
  isDiscard = false,
  onStay,
  onLeave,
}: {
  texts: Texts;
  /** True if only the changes are discarded, without leaving the page. */
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
