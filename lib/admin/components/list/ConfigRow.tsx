import { Link } from '@adminjs/design-system';
import { ActionButton, type ActionJSON, type RecordJSON } from 'adminjs';
import React from 'react';
import { hasField } from '../../../shared/config-fields.js';
import { STORED } from '../../../shared/secrets.js';
import type { ScreenSettings } from '../../../shared/smtp-config.js';
import { readConfig, type SavedConfig } from '../model/draft.js';
import { kindOf } from '../form/kinds/index.js';
import Address from '../parts/Address.js';
import CertificateExpiry from '../parts/CertificateExpiry.js';
import DefaultMark from '../parts/DefaultMark.js';
import Health from '../parts/Health.js';
import type { Texts } from '../parts/use-texts.js';
import RowMenu, { type MenuItem } from './RowMenu.js';
import { Cell, Row } from './table.js';

export type RowAction = 'test' | 'duplicate' | 'setDefault' | 'delete';

interface Props {
  texts: Texts;
  resourceId: string;
  record: RecordJSON;
  settings: ScreenSettings;
  onAction: (action: RowAction, config: SavedConfig) => void;
  onEdit: (config: SavedConfig) => void;
}

const sender = (config: SavedConfig): { first: string; second: string } => {
  const { fromName, fromAddress, username } = config.draft;
  const address = fromAddress || username;
  return fromName ? { first: fromName, second: address } : { first: address || '–', second: '' };
};

/** Returns the labels of the sources of its secrets, each once. */
function sourcesOf({ draft, secrets }: SavedConfig, { secretSources }: ScreenSettings): string {
  const ids = kindOf(draft.type)
    .secrets(draft, draft.authRequired)
    .map((column) => secrets[column].source);
  const labels = [...new Set(ids)].filter((id) => id !== STORED).map((id) => secretSources.find((source) => source.id === id)?.label ?? id);
  return labels.join(', ');
}

/** A configuration in the list. */
export default function ConfigRow({ texts, resourceId, record, settings, onAction, onEdit }: Props): React.ReactElement {
  const config = readConfig(record.params);
  const { draft } = config;
  const may = (name: string): ActionJSON | undefined => record.recordActions.find((action) => action.name === name);
  const open = may('edit') ?? may('show');
  const from = sender(config);
  // A value edited in the database is shown as it is, not as the form would read it.
  const asStored = (field: 'type' | 'security', label: string): string => {
    const value = String(record.params[field] ?? '');
    return value === draft[field] ? label : value || '–';
  };
  const hasSecurity = hasField(draft.type, 'security');
  const isUsualLogin = kindOf(draft.type).authMethods[0] === draft.authMethod;
  const sources = sourcesOf(config, settings);
  const cloud = draft.graphCloud === settings.defaultCloud ? undefined : settings.graphClouds.find(({ id }) => id === draft.graphCloud);
  const act = (action: RowAction, extra: Partial<MenuItem> = {}): MenuItem[] =>
    may(action) ? [{ id: action, label: texts.button(action), onSelect: () => onAction(action, config), ...extra }] : [];
  const items: MenuItem[] = [
    ...act('test'),
    ...(may('edit') ? [{ id: 'edit', label: texts.button('edit'), onSelect: () => onEdit(config) }] : []),
    ...act('duplicate'),
    ...(draft.isDefault ? [] : act('setDefault')),
    ...act('delete', { danger: true }),
  ];
  return (
    <Row data-id={record.id} data-name={draft.name}>
      <Cell className="name">
        {open ? (
          <ActionButton action={open} resourceId={resourceId} recordId={record.id}>
            <Link>{draft.name}</Link>
          </ActionButton>
        ) : (
          draft.name
        )}{' '}
        {draft.isDefault && <DefaultMark texts={texts} />}
        {draft.description && <small>{draft.description}</small>}
      </Cell>
      <Cell>
        <Address>{kindOf(draft.type).address(draft)}</Address>
        <small>
          {asStored('type', texts.label(`type_${draft.type}`))}
          {cloud && ` · ${cloud.label}`}
          {hasSecurity && (
            <>
              {' · '}
              {draft.security === 'none' && <span aria-hidden="true">⚠ </span>}
              {asStored('security', texts.label(`securityShort_${draft.security}`))}
            </>
          )}
          {!isUsualLogin && draft.authMethod === 'oauth2' && ` · ${texts.t('oauth2Short')}`}
        </small>
        {sources && <small>{texts.t('secretsFrom', { sources })}</small>}
        {config.loginWarning && <small className="trouble">▲ {texts.t(`warningShort_${config.loginWarning}`)}</small>}
      </Cell>
      <Cell>
        <Address>{from.first}</Address>
        {from.second && (
          <small>
            <Address>{from.second}</Address>
          </small>
        )}
      </Cell>
      <Cell>
        <Health config={config} texts={texts} brief />
        <CertificateExpiry config={config} texts={texts} />
      </Cell>
      <Cell className="end">{items.length > 0 && <RowMenu label={texts.t('rowMenu', { name: draft.name })} items={items} />}</Cell>
    </Row>
  );
}
