import { styled } from '@adminjs/design-system/styled-components';
import type { ActionProps } from 'adminjs';
import React, { useState } from 'react';
import type { ScreenSettings } from '../../../shared/smtp-config.js';
import ConfigHead from '../form/ConfigHead.js';
import HistoryPanel from '../history/HistoryPanel.js';
import { readConfig } from '../model/draft.js';
import { DEFAULT_SETTINGS } from '../model/types.js';
import TestHistory from '../parts/TestHistory.js';
import { listUrl, recordUrl, useGo } from '../parts/use-go.js';
import { useRefresh } from '../parts/use-refresh.js';
import { useTests } from '../parts/use-tests.js';
import { useTexts } from '../parts/use-texts.js';
import { useUsage } from '../parts/use-usage.js';
import CertificatesSection from './CertificatesSection.js';
import FailuresSection from './FailuresSection.js';
import { Page } from './layout.js';
import Section from './Section.js';
import SenderSection from './SenderSection.js';
import SendingSection from './SendingSection.js';
import StatusSection from './StatusSection.js';
import type { SummaryProps } from './summary-props.js';
import UsageSection from './UsageSection.js';

const Description = styled.p`
  overflow-wrap: anywhere;
  white-space: pre-wrap;
`;

type ShownRecord = Pick<NonNullable<ActionProps['record']>, 'params' | 'recordActions'>;

interface Props extends Pick<ActionProps, 'resource' | 'action'> {
  record: ShownRecord;
}

/** A configuration as a summary: how it sends, what uses it, and whether it works. */
export default function ConfigSummary({ resource, record: given, action }: Props): React.ReactElement {
  const texts = useTexts(resource.id);
  const go = useGo();
  const settings: ScreenSettings = { ...DEFAULT_SETTINGS, ...action.custom };
  const [{ record, round }, setShown] = useState<{ record: ShownRecord; round: number }>({ record: given, round: 0 });
  const config = readConfig(record.params);
  const { id, version, lastTestAt, draft } = config;
  const refresh = useRefresh(resource.id, id, ({ params, recordActions = [] }) =>
    setShown((before) => ({ record: { params, recordActions }, round: before.round + 1 })),
  );
  const usage = useUsage(resource.id, id, `${version} ${round}`);
  const tests = useTests(resource.id, id, `${lastTestAt} ${version}`);
  const canManage = record.recordActions.some(({ name }) => name === 'edit');
  const shared: SummaryProps = { resourceId: resource.id, texts, settings, config, canManage };
  return (
    <>
      <ConfigHead
        texts={texts}
        resource={resource}
        config={config}
        actions={record.recordActions}
        page="show"
        isSingle={settings.single}
        activities={settings.activities}
        onChanged={refresh}
        onDeleted={() => go(listUrl(resource.id))}
        onDone={(done, response) => {
          if (done === 'duplicate' && response?.record) go(recordUrl(resource.id, response.record.id, 'edit'));
          else refresh();
        }}
      />
      <Page data-testid="config-summary">
        <div>
          {draft.description && <Description>{draft.description}</Description>}
          <StatusSection {...shared} waiting={usage.usage?.waiting ?? 0} onDone={refresh} />
          <SendingSection {...shared} />
          <SenderSection {...shared} />
          <CertificatesSection {...shared} />
          <FailuresSection {...shared} round={round} />
        </div>
        <aside>
          <UsageSection {...shared} {...usage} onRefresh={refresh} />
          <Section title={texts.t('tests')} testId="tests">
            <TestHistory tests={tests} texts={texts} first={1} opensLatest />
          </Section>
          <HistoryPanel record={{ type: 'config', id }} trigger={`${version} ${lastTestAt} ${draft.isDefault}`} settings={settings} />
        </aside>
      </Page>
    </>
  );
}
