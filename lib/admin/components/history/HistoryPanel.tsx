import { Link, Placeholder, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useState } from 'react';
import type { SmtpAuditRecord } from '../../../shared/audit.js';
import type { ScreenSettings } from '../../../shared/smtp-config.js';
import LoadFailure from '../parts/LoadFailure.js';
import { focusRing, mutedTone } from '../parts/tones.js';
import PanelEntry from './PanelEntry.js';
import { type HistoryTexts, useHistoryTexts } from './use-history-texts.js';
import { historyUrl, useRecordHistory } from './use-record-history.js';

const Panel = styled.section`
  margin-top: ${themeGet('space', 'xl')};
  padding-top: ${themeGet('space', 'lg')};
  border-top: 1px solid ${themeGet('colors', 'border')};
  & h3 {
    margin: 0;
  }
  & h3 > button {
    width: 100%;
    padding: 0;
    border: 0;
    background: transparent;
    color: inherit;
    font: inherit;
    line-height: 24px;
    text-align: left;
    cursor: pointer;
  }
  & h3 > button > span {
    color: ${mutedTone};
  }
  & button:focus-visible,
  & a:focus-visible {
    ${focusRing}
  }
  & > ol {
    margin: ${themeGet('space', 'default')} 0;
  }
`;

/** The window's width from which the panel is next to the form, and open at first. */
const WIDE = 1280;

interface Props {
  record: SmtpAuditRecord;
  /** Reloads the entries when it changes. */
  trigger: string;
  settings: ScreenSettings;
}

/** The latest entries of the change history about a record, in a foldable panel. */
export default function HistoryPanel({ record, trigger, settings }: Props): React.ReactElement {
  const words = useHistoryTexts(settings);
  const { texts } = words;
  const [isOpen, setOpen] = useState(() => window.innerWidth >= WIDE);
  return (
    <Panel aria-label={texts.t('panelTitle')} data-testid="history-panel">
      <h3>
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> {texts.t('panelTitle')}
        </button>
      </h3>
      {isOpen && <Entries record={record} trigger={trigger} words={words} />}
    </Panel>
  );
}

function Entries({ record, trigger, words }: Omit<Props, 'settings'> & { words: HistoryTexts }): React.ReactElement {
  const { texts } = words;
  const history = useRecordHistory(record, trigger);
  const { page } = history;
  return (
    <>
      {history.failure !== null && (
        <LoadFailure texts={texts} text="panelFailed" testId="history-failed" failure={history.failure} onRetry={history.reload} />
      )}
      {!page && history.failure === null && <Placeholder height={120} style={{ width: '100%', marginTop: 8 }} />}
      {page?.entries.length === 0 && <p>{texts.t('panelEmpty')}</p>}
      {page && page.entries.length > 0 && (
        <>
          <ol>
            {page.entries.map((entry) => (
              <PanelEntry key={entry.id} entry={entry} existing={page.existing} words={words} />
            ))}
          </ol>
          <Link href={historyUrl(record)}>{texts.button('showAll')}</Link>
        </>
      )}
    </>
  );
}
