import React from 'react';
import type { MessageAction } from '../../../shared/mail-log.js';
import Button from '../parts/Button.js';
import type { Texts } from '../parts/use-texts.js';

interface Props {
  texts: Texts;
  action: MessageAction;
  done: number;
  total: number;
  onStop: () => void;
}

/** The progress of an action on several messages, which can be stopped. */
export default function BulkProgress({ texts, action, done, total, onStop }: Props): React.ReactElement {
  return (
    <>
      <progress max={total} value={done} aria-hidden="true" />
      <span role="status">{texts.t(`progress_${action}`, { done, total })}</span>
      <Button type="button" size="sm" variant="outlined" onClick={onStop}>
        {texts.button('stop')}
      </Button>
    </>
  );
}
