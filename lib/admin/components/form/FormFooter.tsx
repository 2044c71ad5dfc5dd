import { Icon, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useState, type ReactNode } from 'react';
import type { ShownTest } from '../model/test-text.js';
import Button from '../parts/Button.js';
import SteadyButton from '../parts/SteadyButton.js';
import TestDetailsDialog from '../parts/TestDetailsDialog.js';
import { errorTone, successTone, type Themed, warningTone } from '../parts/tones.js';
import type { TestResult } from '../parts/TestDialog.js';
import type { Texts } from '../parts/use-texts.js';

const Bar = styled.footer`
  position: sticky;
  bottom: 0;
  z-index: 5;
  padding: ${themeGet('space', 'lg')} 0;
  border-top: 1px solid ${themeGet('colors', 'border')};
  background: ${themeGet('colors', 'container')};
  color: ${themeGet('colors', 'text')};
  font-family: ${themeGet('font')};
  line-height: 1.45;
`;

const Buttons = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'default')};
  & button:focus-visible {
    outline: 2px solid ${themeGet('colors', 'text')};
    outline-offset: 2px;
  }
  & > span {
    display: flex;
    gap: ${themeGet('space', 'default')};
    margin-left: auto;
  }
  @media (max-width: 576px) {
    && button {
      padding-left: ${themeGet('space', 'default')};
      padding-right: ${themeGet('space', 'default')};
    }
  }
  /* The design system darkens a focused button almost to black; the outcome has to stay green or red. */
  && > button[data-state='ok'],
  && > button[data-state='ok']:is(:hover, :focus, :active) {
    background: ${themeGet('colors', 'success')};
    border-color: ${themeGet('colors', 'success')};
  }
  && > button[data-state='failed'],
  && > button[data-state='failed']:is(:hover, :focus, :active) {
    background: ${themeGet('colors', 'error')};
    border-color: ${themeGet('colors', 'error')};
  }
`;

const Outcome = styled.div`
  margin-top: ${themeGet('space', 'default')};
  font-size: ${themeGet('fontSizes', 'sm')};
  overflow-wrap: anywhere;
  & > p:first-child {
    color: ${(props: Themed & { $ok: boolean }) => (props.$ok ? successTone : errorTone)(props)};
  }
  & > .refused {
    color: ${warningTone};
  }
  & button[type='button'] {
    padding-left: 0;
    padding-right: 0;
    text-decoration: underline;
  }
`;

interface Props {
  texts: Texts;
  test: TestResult | null;
  busy: boolean;
  saveLabel: string;
  cancelLabel: string;
  /** True if there is nothing to cancel. */
  cancelOff?: boolean;
  onTest: () => void;
  onCancel: () => void;
  children?: ReactNode;
}

/** The form's buttons, always visible. The test button shows the outcome of the last test while the form is unchanged. */
export default function FormFooter({
  texts,
  test,
  busy,
  saveLabel,
  cancelLabel,
  cancelOff = false,
  onTest,
  onCancel,
  children,
}: Props): React.ReactElement {
  const [shown, setShown] = useState<ShownTest | null>(null);
  const state = test ? (test.ok ? 'ok' : 'failed') : 'none';
  const words = { ok: `✓ ${texts.button('testOk')}`, failed: `✗ ${texts.button('testFailed')}`, none: texts.button('testConnection') }[
    state
  ];
  return (
    <Bar>
      {children}
      <Buttons>
        <Button
          type="button"
          id="testConnection"
          data-state={state}
          variant={test ? 'contained' : 'outlined'}
          color={test ? (test.ok ? 'success' : 'danger') : 'primary'}
          onClick={onTest}
        >
          {words}
        </Button>
        <span>
          <SteadyButton type="button" variant="text" off={cancelOff} onClick={onCancel}>
            {cancelLabel}
          </SteadyButton>
          <SteadyButton type="submit" id="save" variant="contained" off={busy}>
            {busy && <Icon icon="Loader" spin />}
            {saveLabel}
          </SteadyButton>
        </span>
      </Buttons>
      <div role="status">
        {test && (
          <Outcome $ok={test.ok}>
            <p>
              {test.ok ? texts.message(test.checkOnly ? 'checkSucceeded' : 'testSucceeded') : test.reason}{' '}
              <Button type="button" size="sm" variant="text" onClick={() => setShown(test.test)}>
                {texts.button('testDetails')}
              </Button>
            </p>
            {test.refused > 0 && (
              <p className="refused">
                <span aria-hidden="true">▲ </span>
                {texts.t('testRefused', { refused: test.refused, count: test.test.recipients.length })}
              </p>
            )}
            {test.hint && <p>{test.hint}</p>}
            {test.ok && <p>{test.from ? texts.t('testedFrom', { from: test.from }) : texts.t('testLimits')}</p>}
          </Outcome>
        )}
      </div>
      {shown && <TestDetailsDialog test={shown} texts={texts} onClose={() => setShown(null)} />}
    </Bar>
  );
}
