import React, { useState } from 'react';
import { resourceAction } from '../model/api.js';
import Button from '../parts/Button.js';
import type { Texts } from '../parts/use-texts.js';
import MoveDialog from './MoveDialog.js';

interface Props {
  /** The texts of the mail log. */
  texts: Texts;
  config: { id: string; name: string };
  /** The number of messages that wait for it. */
  waiting: number;
  onMoved: () => void;
}

/** A button that moves all messages that wait for a configuration to another one, after asking. */
export default function MoveWaiting({ texts, config: { id, name }, waiting, onMoved }: Props): React.ReactElement {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button type="button" size="sm" variant="outlined" onClick={() => setOpen(true)}>
        {texts.button('moveWaiting')}
      </Button>
      {isOpen && (
        <MoveDialog
          texts={texts}
          resourceId="SmtpMessage"
          from={id}
          move={(to) => resourceAction('SmtpMessage', 'moveWaiting', { from: id, to })}
          onMoved={onMoved}
          onClose={() => setOpen(false)}
        >
          <p>{texts.t(waiting === 1 ? 'moveWaitingTextOne' : 'moveWaitingText', { name, count: waiting.toLocaleString(texts.locale) })}</p>
          <p>{texts.t('bulkText_move')}</p>
        </MoveDialog>
      )}
    </>
  );
}
