import { Link } from '@adminjs/design-system';
import React, { type ReactNode } from 'react';
import type { ExistingRecords, SmtpAuditValue } from '../../../shared/audit.js';
import { SECRET_COLUMNS, isCertificateName } from '../../../shared/config-fields.js';
import { exactTime } from '../model/relative-time.js';
import { recordUrl } from '../parts/use-go.js';
import VisuallyHidden from '../parts/VisuallyHidden.js';
import { type HistoryEntry, changesOf, fieldLabel, valueLines } from './entry-values.js';
import { resultOf } from './entry-result.js';
import { ChangeTable, Facts } from './layout.js';
import type { HistoryTexts } from './use-history-texts.js';

interface Props {
  entry: HistoryEntry;
  existing: ExistingRecords;
  words: HistoryTexts;
  /** True in a narrow panel. */
  isNarrow?: boolean;
}

/** Everything about an entry: each changed field before and after, and the details. Secrets have no values. */
export default function EntryDetails({ entry, existing, words, isNarrow = false }: Props): React.ReactElement {
  const { texts } = words;
  const changes = changesOf(entry);
  const hasBefore = changes.some(([, { before }]) => before !== null);
  const hasAfter = changes.some(([, { after }]) => after !== null);
  return (
    <>
      {changes.length > 0 && (
        <ChangeTable $isNarrow={isNarrow} aria-label={texts.t('changedFields')}>
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">
                {texts.t('columnField')}
              </th>
              {hasBefore && (
                <th role="columnheader" scope="col">
                  {texts.t(hasAfter ? 'columnBefore' : 'columnValue')}
                </th>
              )}
              {hasAfter && (
                <th role="columnheader" scope="col">
                  {texts.t(hasBefore ? 'columnAfter' : 'columnValue')}
                </th>
              )}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {changes.map(([field, { before, after }]) => (
              <tr key={field} role="row" data-field={field}>
                <th role="rowheader" scope="row">
                  {fieldLabel(field, words)}
                </th>
                {hasBefore && (
                  <td role="cell">
                    <Value field={field} value={before} words={words} />
                  </td>
                )}
                {hasAfter && (
                  <td role="cell">
                    <Value field={field} value={after} words={words} isRemoved={before !== null && after === null} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </ChangeTable>
      )}
      <Facts aria-label={texts.t('details')}>
        {factsOf(entry, existing, words).map(([label, value], index) => (
          <React.Fragment key={index}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
      </Facts>
    </>
  );
}

interface ValueProps {
  field: string;
  value: SmtpAuditValue;
  words: HistoryTexts;
  /** True for a value that was there before. */
  isRemoved?: boolean;
}

function Value({ field, value, words, isRemoved = false }: ValueProps): React.ReactElement {
  const { texts } = words;
  const lines = valueLines(field, value, words);
  if (isRemoved && SECRET_COLUMNS.some((column) => column === field)) return <>{texts.t('secret_removed')}</>;
  if (lines.length === 0)
    return (
      <>
        <span aria-hidden="true">–</span>
        <VisuallyHidden>{texts.t('empty')}</VisuallyHidden>
      </>
    );
  const isCode = isCertificateName(field);
  return (
    <>
      {lines.map((line, index) => (
        <div key={index}>{isCode ? <code>{line}</code> : line || '\u00A0'}</div>
      ))}
    </>
  );
}

type Fact = [label: string, value: ReactNode];

/** Details that other facts include. */
const INCLUDED = ['ok', 'stopped', 'step', 'reason', 'originalId'];

function factsOf(entry: HistoryEntry, existing: ExistingRecords, words: HistoryTexts): Fact[] {
  const { texts } = words;
  const { at, address, personId, action, details } = entry;
  const facts: Fact[] = [];
  if (isTime(at)) facts.push([texts.property('exactTime'), exactTime(at, texts.locale)]);
  if (address !== null) facts.push([texts.property('address'), address]);
  if (personId !== null) facts.push([texts.property('personId'), personId]);
  const result = resultOf(entry, words);
  if (result) facts.push([texts.property('result'), result.reason ? `${result.summary}: ${result.reason}` : result.summary]);
  for (const [name, value] of Object.entries(details)) {
    if ((INCLUDED.includes(name) && action !== 'export') || value === null || value === '' || (name === 'checkOnly' && value !== true))
      continue;
    facts.push(factOf(name, value, entry, existing, words));
  }
  return facts;
}

function factOf(name: string, value: SmtpAuditValue, entry: HistoryEntry, existing: ExistingRecords, words: HistoryTexts): Fact {
  const { texts, config } = words;
  const { action, details } = entry;
  const id = String(value);
  if (action === 'export') return filterFact(name, value, words);
  switch (name) {
    case 'to':
      return [texts.property('recipient'), recipientOf(id, action === 'resend', words)];
    case 'resent':
      return [texts.property(name), <RecordOf key={id} type="message" id={id} text={texts.button('openMessage')} existing={existing} />];
    case 'original':
      return [texts.property(name), <RecordOf key={id} type="config" id={String(details.originalId)} text={id} existing={existing} />];
    case 'secret':
      return [texts.property(name), config.property(id)];
    case 'key':
    case 'code':
      return [texts.property(name), <code key={name}>{id}</code>];
    case 'source':
    case 'checkOnly':
    case 'keyBefore':
    case 'keyAfter':
    case 'previousDefault':
    case 'attachment':
      return [texts.property(name), valueLines(name, value, words).join(', ')];
    default:
      return [config.property(name), valueLines(name, value, words).join(', ')];
  }
}

/** Returns a filter of the mail log, by which messages were downloaded. */
function filterFact(name: string, value: SmtpAuditValue, words: HistoryTexts): Fact {
  const { texts, message } = words;
  switch (name) {
    case 'status':
      return [
        message.property(name),
        [value]
          .flat()
          .map((status) => message.label(`status_${String(status)}`))
          .join(', '),
      ];
    case 'activity':
      return [message.property(name), valueLines('activities', [String(value)], words).join(', ')];
    case 'reason':
      return [message.property(name), message.t(`reason_${String(value)}`)];
    case 'from':
      return [message.property('periodFrom'), timeText(value, texts.locale)];
    case 'to':
      return [message.property('periodTo'), timeText(value, texts.locale)];
    case 'finishedFrom':
      return [message.property(name), timeText(value, texts.locale)];
    case 'recipient':
      return [message.property('recipients'), String(value)];
    case 'subject':
      return [message.property(name), String(value)];
    default:
      return [texts.property(name), valueLines(name, value, words).join(', ')];
  }
}

const timeText = (value: SmtpAuditValue, locale: string): string => (isTime(value) ? exactTime(value, locale) : String(value));

function isTime(value: SmtpAuditValue): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

function recipientOf(to: string, isResend: boolean, { texts }: HistoryTexts): string {
  if (isResend && to === 'me') return texts.t('toThemselves');
  return isResend && to === 'original' ? texts.t('toRecipients') : to;
}

/** A link to a record, or only its text if it no longer exists. */
function RecordOf({ type, id, text, existing }: { type: 'config' | 'message'; id: string; text: string; existing: ExistingRecords }) {
  const resource = type === 'config' ? 'SmtpConfig' : 'SmtpMessage';
  if (Object.hasOwn(existing[type], id)) return <Link href={recordUrl(resource, id, 'show')}>{text}</Link>;
  return <>{type === 'config' ? text : id}</>;
}
