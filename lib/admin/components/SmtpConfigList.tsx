import { Icon } from '@adminjs/design-system';
import { ActionButton, type ActionProps, type RecordJSON, useTranslation } from 'adminjs';
import React, { useRef, useState } from 'react';
import type { ScreenSettings } from '../../shared/smtp-config.js';
import ChooseDefault from './list/ChooseDefault.js';
import ConfigRow, { type RowAction } from './list/ConfigRow.js';
import DefaultBanner from './list/DefaultBanner.js';
import FilterBox from './list/FilterBox.js';
import Pager from './list/Pager.js';
import QuickFilters from './list/QuickFilters.js';
import Skeleton from './list/Skeleton.js';
import SortHeader from './list/SortHeader.js';
import { Bar, Body, Cell, Head, HeadCell, Page, Row, Table } from './list/table.js';
import { PER_PAGE, useList } from './list/use-list.js';
import type { SavedConfig } from './model/draft.js';
import { DEFAULT_SETTINGS } from './model/types.js';
import ActionDialog from './parts/ActionDialog.js';
import Button from './parts/Button.js';
import Empty from './parts/Empty.js';
import LoadFailure from './parts/LoadFailure.js';
import PageHead from './parts/PageHead.js';
import { recordUrl, useGo } from './parts/use-go.js';
import { useTexts } from './parts/use-texts.js';
import { useWhoCanManage } from './parts/who-can-manage.js';
import VisuallyHidden from './parts/VisuallyHidden.js';

interface Props extends ActionProps {
  /** The record that a dialog over the list is about, for the browser's tab. */
  about?: string;
}

/** The list of configurations, with the actions for each. */
export default function SmtpConfigList({ resource, action, about }: Props): React.ReactElement {
  const texts = useTexts(resource.id);
  const { translateAction } = useTranslation();
  const list = useList(resource.id);
  const go = useGo();
  const settings: ScreenSettings = { ...DEFAULT_SETTINGS, ...action.custom };
  const whoCanManage = useWhoCanManage(settings);
  const [open, setOpen] = useState<{ action: RowAction; config: SavedConfig } | 'chooseDefault' | null>(null);
  const records = (list.response?.records ?? []) as unknown as RecordJSON[];
  const meta = list.response?.meta;
  const create = resource.resourceActions.find(({ name }) => name === 'new');
  const edit = (id: string): void => go(recordUrl(resource.id, id, 'edit'));
  const top = useRef<HTMLDivElement>(null);
  const turnTo = (page: number): void => {
    list.turnTo(page);
    top.current?.scrollIntoView();
  };

  const { search, ...kinds } = list.filters;
  const isKind = Object.keys(kinds).length > 0;
  const noMatch = search ? texts.t(isKind ? 'noMatchSearchOfKind' : 'noMatchSearch', { text: search }) : texts.t('noMatch');
  const clear = (): void => {
    // The button disappears with the filters that it clears.
    document.getElementById('filter')?.focus();
    list.clear();
  };

  const total = meta?.total;
  const isEmpty = meta?.configured === 0 && !list.failure;
  const pageHead = (
    <PageHead texts={texts} resource={resource} about={about} count={isEmpty ? undefined : total}>
      {create && !isEmpty && (
        <ActionButton action={create} resourceId={resource.id}>
          <Button as="a" variant="outlined">
            <Icon icon="Plus" />
            {translateAction('new', resource.id)}
          </Button>
        </ActionButton>
      )}
    </PageHead>
  );

  if (isEmpty) {
    return (
      <>
        {pageHead}
        <Page>
          <Empty
            illustration="Launch"
            title={texts.t('emptyTitle')}
            text={texts.t(create ? 'emptyText' : 'emptyTextViewer')}
            note={create ? undefined : whoCanManage}
          >
            {create && (
              <ActionButton action={create} resourceId={resource.id}>
                <Button as="a" variant="contained">
                  <Icon icon="Plus" />
                  {texts.button('createFirst')}
                </Button>
              </ActionButton>
            )}
          </Empty>
        </Page>
      </>
    );
  }

  const head = [
    { title: texts.t('columnName'), sortsBy: 'name', width: '20%' },
    { title: texts.t('columnServer'), sortsBy: 'host', width: '25%' },
    { title: texts.t('columnFrom'), sortsBy: 'fromAddress', width: '25%' },
    { title: texts.t('columnHealth'), sortsBy: 'health' },
  ];
  return (
    <>
      {pageHead}
      <Page ref={top}>
        {meta && <DefaultBanner texts={texts} meta={meta} canChange={!!create} onEdit={edit} onChoose={() => setOpen('chooseDefault')} />}
        {list.failure !== null && <LoadFailure texts={texts} failure={list.failure} onRetry={list.reload} />}
        <Bar>
          <FilterBox texts={texts} value={search ?? ''} onFilter={(text) => list.narrow({ search: text })} />
          <QuickFilters texts={texts} filters={list.filters} onChange={list.narrow} />
        </Bar>
        <Table aria-busy={list.loading && !!list.response} aria-label={texts.t('listLabel')}>
          <Head>
            <Row>
              {head.map((column) => (
                <SortHeader key={column.sortsBy} texts={texts} list={list} {...column} />
              ))}
              <HeadCell className="end">
                <VisuallyHidden>{texts.t('columnActions')}</VisuallyHidden>
              </HeadCell>
            </Row>
          </Head>
          <Body>
            {!list.response && list.loading && <Skeleton columns={4} menu />}
            {records.map((record) => (
              <ConfigRow
                key={record.id}
                texts={texts}
                resourceId={resource.id}
                record={record}
                settings={settings}
                onAction={(name, config) => setOpen({ action: name, config })}
                onEdit={(config) => edit(config.id)}
              />
            ))}
            {list.response && records.length === 0 && (
              <Row>
                <Cell colSpan={5}>
                  {total ? texts.t('pageEmpty') : noMatch}{' '}
                  <Button type="button" size="sm" variant="text" onClick={total ? () => turnTo(1) : clear}>
                    {texts.button(total ? 'firstPage' : 'clearFilter')}
                  </Button>
                </Cell>
              </Row>
            )}
          </Body>
        </Table>
        <VisuallyHidden role="status">
          {!list.loading && meta ? texts.t('listCount', { total: meta.total }) : texts.t('loading')}
        </VisuallyHidden>
        {meta && meta.total > PER_PAGE && <Pager texts={texts} page={list.page} pages={Math.ceil(meta.total / PER_PAGE)} onTurn={turnTo} />}
        {open === 'chooseDefault' && (
          <ChooseDefault texts={texts} resourceId={resource.id} onChanged={list.reload} onClose={() => setOpen(null)} />
        )}
        {open && open !== 'chooseDefault' && (
          <ActionDialog
            {...open}
            texts={texts}
            resourceId={resource.id}
            activities={settings.activities}
            onChanged={list.reload}
            onDone={() => {
              list.reload();
              setOpen(null);
            }}
            onClose={() => setOpen(null)}
          />
        )}
      </Page>
    </>
  );
}
