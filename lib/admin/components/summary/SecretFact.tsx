import React from 'react';
import type { SecretColumn } from '../../../shared/config-fields.js';
import { STORED } from '../../../shared/secrets.js';
import Fact from './Fact.js';
import type { SummaryProps } from './summary-props.js';

/** The state of a secret, never its value: stored, missing, or in a source. The source is asked in the form only. */
export default function SecretFact({ column, texts, settings, config }: SummaryProps & { column: SecretColumn }): React.ReactElement {
  const { has, source, ref } = config.secrets[column];
  const label = settings.secretSources.find(({ id }) => id === source)?.label ?? source;
  return (
    <Fact name={column} label={texts.property(column)}>
      {source === STORED ? (
        <>
          {!has && <span aria-hidden="true">▲ </span>}
          {texts.t(`${column}${has ? 'Stored' : 'Missing'}`)}
        </>
      ) : (
        texts.t('secretFrom', { source: label, key: ref })
      )}
    </Fact>
  );
}
