import React from 'react';
import type { SecretColumn } from '../../../shared/config-fields.js';
import { STORED } from '../../../shared/secrets.js';
import { destinationFields } from '../model/payload.js';
import SecretBadge from '../parts/SecretBadge.js';
import { useSecretCheck } from '../parts/use-secret-check.js';
import Fact from './Fact.js';
import type { SummaryProps } from './summary-props.js';

/** The state of a secret, never its value: stored, missing, or in a source, where it is checked for admins who may use it. */
export default function SecretFact({
  column,
  resourceId,
  texts,
  settings,
  config,
  canManage,
}: SummaryProps & { column: SecretColumn }): React.ReactElement {
  const { has, source, ref } = config.secrets[column];
  const isStored = source === STORED;
  const question = { ...destinationFields(config.draft, settings), source, key: ref, field: column };
  const check = useSecretCheck(resourceId, canManage && !isStored ? question : null);
  const label = settings.secretSources.find(({ id }) => id === source)?.label ?? source;
  return (
    <Fact name={column} label={texts.property(column)}>
      {isStored ? (
        <>
          {!has && <span aria-hidden="true">▲ </span>}
          {texts.t(`${column}${has ? 'Stored' : 'Missing'}`)}
        </>
      ) : (
        texts.t('secretFrom', { source: label, key: ref })
      )}
      <SecretBadge check={check} texts={texts} />
    </Fact>
  );
}
