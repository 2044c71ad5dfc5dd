import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { type ReactNode } from 'react';
import type { ConfigUsage, ScreenSettings } from '../../../shared/smtp-config.js';
import type { SavedConfig } from '../model/draft.js';
import { waitingFor } from '../model/log-filters.js';
import { utcDay } from '../../../shared/utc-time.js';
import CountLink from '../parts/CountLink.js';
import CertificateExpiry from '../parts/CertificateExpiry.js';
import Health from '../parts/Health.js';
import TestHistory from '../parts/TestHistory.js';
import { activityLabels } from '../parts/UsageFacts.js';
import { mutedTone, quietSurface, readOnlyTone } from '../parts/tones.js';
import { useTests } from '../parts/use-tests.js';
import type { Texts } from '../parts/use-texts.js';

const Panel = styled.aside`
  padding: ${themeGet('space', 'xl')};
  border-radius: ${themeGet('space', 'sm')};
  background: ${quietSurface};
  color: ${themeGet('colors', 'text')};
  font-family: ${themeGet('font')};
  font-size: ${themeGet('fontSizes', 'default')};
  line-height: 1.6;
  & h4 {
    margin: ${themeGet('space', 'xl')} 0 0;
    font-weight: ${themeGet('fontWeights', 'bold')};
  }
  & h3 {
    margin-bottom: ${themeGet('space', 'default')};
    font-weight: ${themeGet('fontWeights', 'bold')};
  }
  & p {
    margin-top: ${themeGet('space', 'default')};
    color: ${mutedTone};
    font-size: ${themeGet('fontSizes', 'sm')};
    overflow-wrap: anywhere;
  }
  & a {
    color: ${readOnlyTone};
    text-decoration: underline;
  }
`;

/** The status of a saved configuration, next to its form. */
export default function StatusPanel({
  resourceId,
  config,
  settings,
  usage,
  texts,
  children,
}: {
  resourceId: string;
  config: SavedConfig;
  settings: ScreenSettings;
  usage: ConfigUsage | null;
  texts: Texts;
  children?: ReactNode;
}): React.ReactElement {
  const used = usage?.usedBy ?? config.usedBy;
  const waiting = usage?.waiting ?? 0;
  const tests = useTests(resourceId, config.id, `${config.lastTestAt} ${config.version}`);
  return (
    <Panel aria-label={texts.t('status')} data-testid="status-panel">
      <h3>{texts.t('status')}</h3>
      <Health config={config} texts={texts} />
      <CertificateExpiry config={config} texts={texts} />
      {config.certificateExpiresAt && (
        <p data-testid="seen-tls">
          {texts.t('seenTls', { tls: config.tlsVersion || 'TLS', day: utcDay(config.certificateExpiresAt, texts.locale) })}
        </p>
      )}
      <p>
        {used.length
          ? texts.t('usedBy', { activities: activityLabels(used, settings.activities) })
          : texts.t(config.draft.isDefault ? 'usedAsDefault' : 'usedByNone')}
      </p>
      {usage && (
        <p data-testid="waiting">
          {waiting > 0 ? (
            <CountLink count={waiting} rows={waitingFor(config.draft.name)}>
              {texts.t(waiting === 1 ? 'waitingOne' : 'waitingSome', { count: waiting.toLocaleString(texts.locale) })}
            </CountLink>
          ) : (
            texts.t('waitingNone')
          )}
        </p>
      )}
      <h4>{texts.t('tests')}</h4>
      <TestHistory tests={tests} texts={texts} first={1} />
      {children}
    </Panel>
  );
}
