import React from 'react';
import FailingActions from '../log/FailingActions.js';
import Alert from '../parts/Alert.js';
import CertificateExpiry from '../parts/CertificateExpiry.js';
import FixLink from '../parts/FixLink.js';
import Health from '../parts/Health.js';
import { useTexts } from '../parts/use-texts.js';
import { Actions, Notice } from './layout.js';
import Section from './Section.js';
import type { SummaryProps } from './summary-props.js';

interface Props extends SummaryProps {
  /** The number of messages that wait for the configuration. */
  waiting: number;
  /** Called after an action. */
  onDone: () => void;
}

/** The health of a configuration, with the reason of a failure and the step that helps. */
export default function StatusSection({ texts, settings, config, canManage, waiting, onDone }: Props): React.ReactElement {
  const logTexts = useTexts('SmtpMessage');
  const { id, draft, health, failingField, loginWarning } = config;
  const field = health === 'disabled' ? 'enabled' : health === 'test_failed' ? failingField : null;
  return (
    <Section title={texts.t('status')} testId="status">
      <Health config={config} texts={texts} />
      {health === 'disabled' && <p>{texts.t('help_enabled')}</p>}
      <CertificateExpiry config={config} texts={texts} />
      {canManage && health === 'failing' && (
        <Actions>
          <FailingActions
            texts={logTexts}
            config={{ id, name: draft.name }}
            field={failingField}
            waiting={waiting}
            isSingle={settings.single}
            onDone={onDone}
          />
        </Actions>
      )}
      {canManage && field && (
        <Actions>
          <FixLink texts={texts} configId={id} field={field} />
        </Actions>
      )}
      {loginWarning && (
        <Notice>
          <Alert tone="warning" testId="login-warning" actions={canManage && <FixLink texts={texts} configId={id} field="authMethod" />}>
            {texts.t(`warning_${loginWarning}`)}
          </Alert>
        </Notice>
      )}
    </Section>
  );
}
