import type { ButtonProps } from '@adminjs/design-system';
import React, { useState, type ReactNode } from 'react';
import Alert from './Alert.js';
import Button from './Button.js';
import Dialog from './Dialog.js';
import SteadyButton from './SteadyButton.js';
import type { Texts } from './use-texts.js';

interface Props {
  texts: Texts;
  title: string;
  confirm: string;
  /** @default the text of `cancel` */
  cancel?: string;
  color?: ButtonProps['color'];
  /** True if the action is not possible; the children explain why. */
  isBlocked?: boolean;
  children?: ReactNode;
  onClose: () => void;
  /** Runs the action. If it rejects or returns a sentence, the dialog shows it and stays open. */
  onConfirm: () => Promise<string | void> | void;
}

/** The confirmation of an action that cannot be undone. */
export default function ConfirmDialog({
  texts,
  title,
  confirm,
  cancel,
  color = 'primary',
  isBlocked = false,
  children,
  onClose,
  onConfirm,
}: Props): React.ReactElement {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');

  const go = async (): Promise<void> => {
    setBusy(true);
    setFailure('');
    try {
      const refused = await onConfirm();
      if (refused) setFailure(refused);
    } catch (error) {
      setFailure(texts.problem(error));
    }
    setBusy(false);
  };

  const footer = (
    <>
      <Button type="button" variant="text" onClick={onClose} data-autofocus>
        {isBlocked ? texts.button('close') : (cancel ?? texts.button('cancel'))}
      </Button>
      {!isBlocked && (
        <SteadyButton type="button" variant="contained" color={color} off={busy} onClick={() => void go()}>
          {confirm}
        </SteadyButton>
      )}
    </>
  );
  return (
    <Dialog title={title} closeLabel={texts.button('close')} onClose={onClose} footer={footer}>
      {children}
      {failure && <Alert tone="error">{failure}</Alert>}
    </Dialog>
  );
}
