import type { ActionProps, RecordJSON } from 'adminjs';
import React, { useState } from 'react';
import type { BulkReport, MessageAction } from '../../shared/mail-log.js';
import type { Activity } from '../../shared/smtp-config.js';
import Pager from './list/Pager.js';
import Skeleton from './list/Skeleton.js';
import { Bar, Body, Cell, Head, HeadCell, Page, Row } from './list/table.js';
import BulkBar from './log/BulkBar.js';
import BulkSummary from './log/BulkSummary.js';
import Counts from './log/Counts.js';
import CsvButton from './log/CsvButton.js';
import FilterChips from './log/FilterChips.js';
import Filters from './log/Filters.js';
import { LogTable } from './log/layout.js';
import MessageDialog from './log/MessageDialog.js';
import MessageRow from './log/MessageRow.js';
import FailingBanner from './log/FailingBanner.js';
import { PER_PAGE, useLog } from './log/use-log.js';
import { isSelectable, readMessage } from './model/message.js';
import { DEFAULT_SETTINGS } from './model/types.js';
import Alert from './parts/Alert.js';
import Button from './parts/Button.js';
import Empty from './parts/Empty.js';
import { CheckBox } from './parts/CheckField.js';
import LoadFailure from './parts/LoadFailure.js';
import PageHead from './parts/PageHead.js';
import { useDownload } from './parts/use-download.js';
import { useTexts } from './parts/use-texts.js';
import VisuallyHidden from './parts/VisuallyHidden.js';

/** The mail log: every message with its status. */
export default function SmtpMessageList(props: ActionProps): React.ReactElement {
  const texts = useTexts(props.resource.id);
  return (
    <>
      <PageHead texts={texts} resource={props.resource} />
      <Messages {...props} />
    </>
  );
}

function Messages({ resource, action }: ActionProps): React.ReactElement {
  const texts = useTexts(resource.id);
  const log = useLog(resource.id);
  const [open, setOpen] = useState<{ action: MessageAction; record: RecordJSON } | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [selections, setSelections] = useState(0);
  const [outcome, setOutcome] = useState<{ action: MessageAction; report: BulkReport } | null>(null);
  const [cut, setCut] = useState<number | null>(null);
  const csv = useDownload(texts);
  const activities: Activity[] = action.custom?.activities ?? DEFAULT_SETTINGS.activities;
  const isSingle = action.custom?.single === true;
  const records = (log.response?.records ?? []) as unknown as RecordJSON[];
  const meta = log.response?.meta;
  const canManage = meta?.canManage === true;
  // Assumed until the response arrives, because most admins may change messages and the layout should not jump.
  const hasSelection = canManage || !meta;
  const isBroken = !log.response && log.failure !== null;
  const messages = records.map(({ params }) => readMessage(params));
  const selectable = messages.filter(isSelectable);
  const chosen = selectable.filter(({ id }) => selected.has(id));
  const isPageChosen = selectable.length > 0 && chosen.length === selectable.length;
  const select = (ids: string[], isSelected: boolean): void => {
    const others = chosen.map(({ id }) => id).filter((id) => !ids.includes(id));
    setSelected(new Set(isSelected ? [...others, ...ids] : others));
    setSelections((count) => count + 1);
  };
  const columns = {
    status: texts.property('status'),
    message: texts.t('columnMessage'),
    configName: texts.property('configName'),
    when: texts.t('columnWhen'),
  };

  if (meta && meta.total === 0 && !log.isNarrowed && !log.failure) {
    return (
      <Page>
        <Empty illustration="Folders" title={texts.t('emptyTitle')} text={texts.t('emptyText')} />
      </Page>
    );
  }

  return (
    <Page>
      {meta?.failing?.map((failing) => (
        <FailingBanner
          key={failing.configId}
          texts={texts}
          failing={failing}
          canManage={canManage}
          isSingle={isSingle}
          onTried={log.refreshSoon}
        />
      ))}
      {log.failure !== null && <LoadFailure texts={texts} failure={log.failure} onRetry={log.reload} />}
      {!isBroken && (
        <>
          <Bar>
            <Counts texts={texts} counts={meta?.counts} filters={log.filters} onFilter={log.filterBy} />
            <CsvButton texts={texts} resourceId={resource.id} query={log.query} download={csv} onCut={setCut} />
          </Bar>
          {csv.failure && <Alert tone="error">{csv.failure}</Alert>}
          {cut !== null && (
            <Alert
              tone="warning"
              testId="csv-cut"
              actions={
                <Button type="button" size="sm" variant="text" onClick={() => setCut(null)}>
                  {texts.button('close')}
                </Button>
              }
            >
              {texts.t('csvCut', { count: cut.toLocaleString(texts.locale) })}
            </Alert>
          )}
          <Filters texts={texts} filters={log.filters} activities={activities} onChange={log.narrow} />
          <FilterChips texts={texts} filters={log.filters} activities={activities} onChange={log.narrow} onClear={log.clear} />
          {canManage && meta && (
            <BulkBar
              key={JSON.stringify(log.query)}
              texts={texts}
              resourceId={resource.id}
              selected={chosen}
              selections={selections}
              query={log.query}
              total={meta.total}
              countLimit={meta.countLimit ?? Infinity}
              canSelectMatching={
                meta.total > records.length && (isPageChosen || (chosen.length === 0 && log.isNarrowed && selectable.length > 0))
              }
              isSingle={isSingle}
              onDone={(bulkAction, report) => {
                setOutcome({ action: bulkAction, report });
                log.refreshSoon();
              }}
              onClear={() => setSelected(new Set())}
            />
          )}
          {outcome && <BulkSummary texts={texts} {...outcome} onClose={() => setOutcome(null)} />}
          <LogTable
            data-selectable={hasSelection || undefined}
            aria-busy={log.isChangingPage && !!log.response}
            aria-label={texts.t('listLabel')}
          >
            <Head>
              <Row>
                {hasSelection && (
                  <HeadCell className="select">
                    <label htmlFor="log-select-all">
                      <CheckBox
                        id="log-select-all"
                        aria-label={texts.t('selectAll')}
                        disabled={selectable.length === 0}
                        checked={isPageChosen}
                        onChange={(event: React.ChangeEvent<HTMLInputElement>) =>
                          select(
                            selectable.map(({ id }) => id),
                            event.target.checked,
                          )
                        }
                      />
                      <span className="narrow">{texts.t('selectPage')}</span>
                    </label>
                  </HeadCell>
                )}
                {Object.entries(columns).map(([column, label]) => (
                  <HeadCell key={column} className={column}>
                    {label}
                  </HeadCell>
                ))}
                <HeadCell className="end">
                  <VisuallyHidden>{texts.t('columnActions')}</VisuallyHidden>
                </HeadCell>
              </Row>
            </Head>
            <Body>
              {!log.response && log.loading && <Skeleton columns={4} select={hasSelection} menu rows={8} />}
              {records.map((record) => (
                <MessageRow
                  key={record.id}
                  texts={texts}
                  resourceId={resource.id}
                  record={record}
                  activities={activities}
                  isSingle={isSingle}
                  selection={
                    canManage
                      ? { isSelected: selected.has(record.id), onSelect: (isSelected) => select([record.id], isSelected) }
                      : undefined
                  }
                  onAction={(name, on) => setOpen({ action: name, record: on })}
                />
              ))}
              {log.response && records.length === 0 && (
                <Row>
                  <Cell colSpan={6}>
                    {texts.t('noMatch')}{' '}
                    <Button type="button" size="sm" variant="text" onClick={log.clear}>
                      {texts.button('clearFilter')}
                    </Button>
                  </Cell>
                </Row>
              )}
            </Body>
          </LogTable>
          <VisuallyHidden role="status">
            {meta && !log.isChangingPage ? texts.t('listCount', { total: meta.total }) : texts.t('loading')}
          </VisuallyHidden>
        </>
      )}
      {meta && meta.total === meta.countLimit && <p>{texts.t('listMore', { total: meta.total.toLocaleString(texts.locale) })}</p>}
      {meta && meta.total > PER_PAGE && (
        <Pager texts={texts} page={log.page} pages={Math.ceil(meta.total / PER_PAGE)} onTurn={log.turnTo} />
      )}
      {open && (
        <MessageDialog
          action={open.action}
          message={readMessage(open.record.params)}
          texts={texts}
          resourceId={resource.id}
          isSingle={isSingle}
          onChanged={log.refreshSoon}
          onClose={() => setOpen(null)}
        />
      )}
    </Page>
  );
}
