import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useState } from 'react';
import { copyText } from '../model/copy-text.js';
import { finishedSteps } from '../model/steps.js';
import { testAsText, type ShownTest } from '../model/test-text.js';
import Button from './Button.js';
import StepList from './StepList.js';
import { mutedTone } from './tones.js';
import type { Texts } from './use-texts.js';

const Facts = styled.dl`
  display: grid;
  grid-template-columns: max-content 1fr;
  gap: ${themeGet('space', 'xs')} ${themeGet('space', 'lg')};
  margin: 0;
  font-size: ${themeGet('fontSizes', 'sm')};
  & dt {
    color: ${mutedTone};
  }
  & dd {
    margin: 0;
    min-width: 0;
    overflow-wrap: anywhere;
  }
`;

const Foot = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'default')};
  align-items: baseline;
  margin-top: ${themeGet('space', 'default')};
  color: ${mutedTone};
  font-size: ${themeGet('fontSizes', 'sm')};
`;

interface Props {
  test: ShownTest;
  texts: Texts;
  /** True in a narrow place on a wide screen. */
  isNarrow?: boolean;
}

/** A test that is over: its recipients, its steps, and a button that copies them as text. */
export default function TestSteps({ test, texts, isNarrow }: Props): React.ReactElement {
  const [copied, setCopied] = useState('');
  const { recipients, checkOnly, steps } = test;
  const copy = async (): Promise<void> => {
    setCopied('');
    setCopied((await copyText(testAsText(test, texts))) ? 'copied' : 'copyFailed');
  };
  return (
    <div data-testid="test-steps">
      <Facts>
        <dt>{texts.t('testRecipients')}</dt>
        <dd>
          {recipients.join(', ')}
          {checkOnly && ` (${texts.t('testCheckedOnly')})`}
        </dd>
      </Facts>
      {steps.length > 0 && <StepList items={finishedSteps(steps)} texts={texts} isNarrow={isNarrow} />}
      <Foot>
        <Button type="button" size="sm" variant="outlined" onClick={() => void copy()}>
          {texts.button('copyDetails')}
        </Button>
        <span role="status">{copied && texts.t(copied)}</span>
      </Foot>
    </div>
  );
}
