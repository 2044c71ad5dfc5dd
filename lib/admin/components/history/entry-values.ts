import { CONFIG_TYPES, SECRET_COLUMNS } from '../../../shared/config-fields.js';
import { STORED } from '../../../shared/secrets.js';
import type { SmtpAuditEntry, SmtpAuditValue } from '../../../shared/audit.js';
import type { Wire } from '../../../shared/wire.js';
import type { ScreenSettings } from '../../../shared/smtp-config.js';

/** An entry of the change history as the browser gets it. */
export type HistoryEntry = Wire<SmtpAuditEntry>;

type Find = (key: string, values?: Record<string, string | number>) => string;

/** The texts of the change history and of the configurations, as far as a sentence or a value needs them. */
export interface EntryTexts {
  texts: { t: Find; label: (key: string) => string; property: (key: string) => string };
  config: { t: Find; optional: Find; label: (key: string) => string; property: (key: string) => string };
  settings: Pick<ScreenSettings, 'activities' | 'graphClouds' | 'secretSources' | 'single'>;
}

/** Fields with a name of their own here: in the form, a secret, its source and its key are one field. */
const OWN_NAMES = [...SECRET_COLUMNS.flatMap((column) => [`${column}Source`, `${column}Ref`]), 'config', 'configName', 'activities'];
/** Fields whose values have labels, with the prefix of the labels. */
const LABELED: Record<string, { prefix: string; values: readonly string[] }> = {
  type: { prefix: 'type', values: CONFIG_TYPES },
  security: { prefix: 'securityShort', values: ['starttls', 'tls', 'none'] },
  authMethod: { prefix: 'authMethod', values: ['password', 'oauth2'] },
};

/** Returns the changes to show: without an id next to its name, and without a source where a secret was and is stored, or absent. */
export function changesOf({ changes }: HistoryEntry): [string, HistoryEntry['changes'][string]][] {
  return Object.entries(changes).filter(([field, { before, after }]) => {
    if (field === 'configId') return !('config' in changes);
    const isSource = SECRET_COLUMNS.some((column) => field === `${column}Source`);
    return !isSource || (before ?? STORED) !== (after ?? STORED);
  });
}

/** Returns the label of a field, as the form names it. */
export function fieldLabel(field: string, { texts, config }: EntryTexts): string {
  return (OWN_NAMES.includes(field) ? texts : config).property(field);
}

/** Returns a value as lines of text; none for an empty value. */
export function valueLines(field: string, value: SmtpAuditValue, words: EntryTexts): string[] {
  const { texts, config, settings } = words;
  if (value === null || value === '') return [];
  if (typeof value === 'boolean') return [texts.t(value ? 'yes' : 'no')];
  if (Array.isArray(value)) return value.map((item) => listedName(field, item, words));
  const text = String(value);
  const labeled = LABELED[field];
  if (labeled?.values.includes(text)) return [config.label(`${labeled.prefix}_${text}`)];
  if (SECRET_COLUMNS.some((column) => column === field)) {
    const isChanged = text === 'changed';
    return [texts.t(isChanged ? 'secret_changed' : 'secret_set')];
  }
  if (field === 'graphCloud') return [settings.graphClouds.find(({ id }) => id === text)?.label ?? text];
  if (/^(source|\w+Source)$/.test(field)) return [text === STORED ? texts.t('source_stored') : sourceLabel(text, words)];
  return text.split('\n');
}

function listedName(field: string, item: string, { settings }: EntryTexts): string {
  if (field !== 'copyActivities' && field !== 'activities') return item;
  return settings.activities.find(({ key }) => key === item)?.label ?? item;
}

function sourceLabel(id: string, { settings }: EntryTexts): string {
  return settings.secretSources.find((source) => source.id === id)?.label ?? id;
}

/** Returns the name of an entry's record at that time. */
export function recordNameOf({ recordName, record }: Pick<HistoryEntry, 'record' | 'recordName'>, { texts, settings }: EntryTexts): string {
  // With a single configuration, its name is `default`, which only the code knows.
  if (settings.single && record?.type === 'config' && recordName === 'default') return texts.t('onlyConfig');
  return recordName ?? texts.t('unnamed');
}
