import React from 'react';
import type { ShownTest } from '../model/test-text.js';
import { resultOf } from '../model/test-text.js';
import Button from './Button.js';
import Dialog from './Dialog.js';
import TestSteps from './TestSteps.js';
import type { Texts } from './use-texts.js';

/** The dialog with the steps of the last test of a form. */
export default function TestDetailsDialog({
  test,
  texts,
  onClose,
}: {
  test: ShownTest;
  texts: Texts;
  onClose: () => void;
}): React.ReactElement {
  const close = texts.button('close');
  return (
    <Dialog
      title={`${texts.t('testTitle')}: ${resultOf(test, texts)}`}
      closeLabel={close}
      onClose={onClose}
      footer={
        <Button type="button" variant="text" onClick={onClose}>
          {close}
        </Button>
      }
    >
      <TestSteps test={test} texts={texts} />
    </Dialog>
  );
}
