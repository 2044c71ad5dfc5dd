import React from 'react';
import Alert from './Alert.js';
import Button from './Button.js';
import type { Texts } from './use-texts.js';

interface Props {
  texts: Texts;
  /** The key of the sentence that says what could not be loaded. @default 'listFailed' */
  text?: string;
  failure: unknown;
  /** @default 'failed' */
  testId?: string;
  onRetry: () => void;
}

/** The message that a page, a list or a part of a page could not be loaded, with its reason and a button to try again. */
export default function LoadFailure({ texts, text = 'listFailed', failure, testId = 'failed', onRetry }: Props): React.ReactElement {
  const retry = (
    <Button type="button" size="sm" variant="outlined" onClick={onRetry}>
      {texts.button('retry')}
    </Button>
  );
  return (
    <Alert tone="error" testId={testId} actions={retry}>
      {texts.t(text)} {texts.problem(failure)}
    </Alert>
  );
}
