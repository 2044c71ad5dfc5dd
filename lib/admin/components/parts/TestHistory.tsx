import { Placeholder, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useEffect, useState } from 'react';
import type { ConfigTest } from '../../../shared/connection-test.js';
import type { Wire } from '../../../shared/wire.js';
import { recordAction } from '../model/api.js';
import { refusedIn } from '../model/steps.js';
import { stepWords } from '../../../shared/failure-words.js';
import { failedIn, resultOf } from '../model/test-text.js';
import Button from './Button.js';
import TestSteps from './TestSteps.js';
import Time from './Time.js';
import { errorTone, focusRing, mutedTone, successTone, warningTone } from './tones.js';
import type { Texts } from './use-texts.js';

type PastTest = Wire<ConfigTest>;

const Frame = styled.div`
  & > ol {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  & > ol > li + li {
    border-top: 1px solid ${themeGet('colors', 'border')};
  }
  & > p,
  & > button {
    margin-top: ${themeGet('space', 'default')};
  }
  & > button[type='button'] {
    padding-left: 0;
    padding-right: 0;
  }
`;

const Row = styled.details`
  & > summary {
    padding: ${themeGet('space', 'default')} 0;
    cursor: pointer;
    overflow-wrap: anywhere;
  }
  & > summary:focus-visible {
    ${focusRing}
  }
  & > summary > small {
    display: block;
    padding-left: 1.2em;
    color: ${mutedTone};
    font-size: ${themeGet('fontSizes', 'sm')};
  }
  & > div {
    padding-bottom: ${themeGet('space', 'lg')};
  }
  & .ok {
    color: ${successTone};
  }
  & .partly {
    color: ${warningTone};
  }
  & .failed {
    color: ${errorTone};
  }
`;

/** A test in one line, which opens to its steps. */
function TestRow({ test, texts }: { test: PastTest; texts: Texts }): React.ReactElement {
  // The steps are built only once they are shown.
  const [isOpen, setIsOpen] = useState(false);
  const failed = failedIn(test);
  const refused = test.steps.reduce((sum, step) => sum + refusedIn(step), 0);
  const state = !test.ok ? 'failed' : refused > 0 ? 'partly' : 'ok';
  const facts = [test.person ?? texts.t('testByApplication'), texts.t('milliseconds', { ms: test.ms.toLocaleString(texts.locale) })];
  return (
    <Row data-test={state} onToggle={(event: React.SyntheticEvent<HTMLDetailsElement>) => setIsOpen(event.currentTarget.open)}>
      <summary>
        <span className={state} aria-hidden="true">
          {{ ok: '✓', partly: '▲', failed: '✗' }[state]}{' '}
        </span>
        {resultOf(test, texts)} · <Time at={test.at} locale={texts.locale} />
        {failed && <small>{stepWords(failed, texts).summary || test.error}</small>}
        {test.ok && refused > 0 && <small>{texts.t('testRefused', { refused, count: test.recipients.length })}</small>}
        <small>{facts.join(' · ')}</small>
      </summary>
      {isOpen && <TestSteps test={test} texts={texts} isNarrow />}
    </Row>
  );
}

interface Props {
  resourceId: string;
  configId: string;
  texts: Texts;
  /** Loads the tests again when it changes. */
  moment: unknown;
  /** The tests that are shown at first. @default all */
  first?: number;
}

/** The last tests of a configuration, the latest first. */
export default function TestHistory({ resourceId, configId, texts, moment, first = Infinity }: Props): React.ReactElement {
  const [round, setRound] = useState(0);
  const [tests, setTests] = useState<PastTest[] | 'failed'>();
  const [showsAll, setShowsAll] = useState(false);
  useEffect(() => {
    let isLeft = false;
    recordAction(resourceId, configId, 'tests').then(
      (response) => !isLeft && setTests(response.tests ?? 'failed'),
      () => !isLeft && setTests('failed'),
    );
    return () => {
      isLeft = true;
    };
  }, [resourceId, configId, moment, round]);

  if (tests === 'failed') {
    return (
      <Frame data-testid="test-history">
        <p>{texts.t('testsNotLoaded')}</p>
        <Button type="button" size="sm" variant="text" onClick={() => setRound((count) => count + 1)}>
          {texts.button('retry')}
        </Button>
      </Frame>
    );
  }
  if (!tests) {
    return (
      <Frame data-testid="test-history" aria-busy="true">
        <Placeholder height={18} width={180} />
      </Frame>
    );
  }
  const shown = showsAll ? tests : tests.slice(0, first);
  const more = tests.length - shown.length;
  return (
    <Frame data-testid="test-history">
      {tests.length === 0 && <p>{texts.t('testsNone')}</p>}
      {shown.length > 0 && (
        <ol>
          {shown.map((test) => (
            <li key={test.id}>
              <TestRow test={test} texts={texts} />
            </li>
          ))}
        </ol>
      )}
      {more > 0 && (
        <Button type="button" size="sm" variant="text" onClick={() => setShowsAll(true)}>
          {texts.t('testsEarlier', { count: more })}
        </Button>
      )}
    </Frame>
  );
}
