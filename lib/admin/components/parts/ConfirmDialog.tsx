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
  /** True when it cannot be done; the children say why. */
  isBlocked?: boolean;
  children?: ReactNode;
  onClose: () => void;
  /** Does the deed; a rejection, or the sentence it answers with, is shown and the dialog stays. */
  onConfirm: () => Promise<string | void> | void;
}

/** Asks before something that cannot be taken back. */
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
