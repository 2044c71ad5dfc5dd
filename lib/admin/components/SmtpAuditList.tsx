import type { ActionProps } from 'adminjs';
import React from 'react';
import EntryRow, { COLUMNS } from './history/EntryRow.js';
import Filters from './history/HistoryFilters.js';
import HistoryPager from './history/HistoryPager.js';
import { HistoryTable } from './history/layout.js';
import { useHistory } from './history/use-history.js';
import { useHistoryTexts, type HistoryTexts } from './history/use-history-texts.js';
import Skeleton from './list/Skeleton.js';
import { Body, Cell, Head, HeadCell, Page, Row } from './list/table.js';
import Button from './parts/Button.js';
import Empty from './parts/Empty.js';
import LoadFailure from './parts/LoadFailure.js';
import PageHead from './parts/PageHead.js';
import VisuallyHidden from './parts/VisuallyHidden.js';

/** The change history: who did what, when and from where. */
export default function SmtpAuditList(props: ActionProps): React.ReactElement {
  const words = useHistoryTexts(props.action.custom);
  return (
    <>
      <PageHead texts={words.texts} resource={props.resource} />
      <History words={words} resource={props.resource} />
    </>
  );
}

function History({ words, resource }: { words: HistoryTexts; resource: ActionProps['resource'] }): React.ReactElement {
  const { texts } = words;
  const { page, ...list } = useHistory(resource.id);
  const isEmpty = page?.entries.length === 0;

  if (isEmpty && !list.isNarrowed && !list.isFurther && !list.loading && list.failure === null) {
    return (
      <Page>
        <Empty illustration="Folders" title={texts.t('emptyTitle')} text={texts.t('emptyText')} />
      </Page>
    );
  }
  return (
    <Page>
      {list.failure !== null && <LoadFailure texts={texts} failure={list.failure} onRetry={list.reload} />}
      <Filters
        texts={texts}
        filters={list.filters}
        isSingle={words.settings.single}
        isNarrowed={list.isNarrowed}
        onChange={list.narrow}
        onClear={list.clear}
      />
      {(page || list.failure === null) && (
        <HistoryTable aria-busy={list.loading && !!page} aria-label={texts.t('listLabel')}>
          <Head>
            <Row>
              {COLUMNS.map((column) => (
                <HeadCell key={column} className={column}>
                  {texts.property(column)}
                </HeadCell>
              ))}
            </Row>
          </Head>
          <Body>
            {!page && <Skeleton columns={COLUMNS.length} rows={8} />}
            {page?.entries.map((entry) => (
              <EntryRow key={entry.id} entry={entry} existing={page.existing} words={words} />
            ))}
            {isEmpty && (
              <Row>
                <Cell colSpan={COLUMNS.length}>
                  {texts.t(list.isFurther ? 'pageGone' : 'noMatch')}{' '}
                  <Button type="button" size="sm" variant="text" onClick={list.isFurther ? () => list.narrow({}) : list.clear}>
                    {texts.button(list.isFurther ? 'newest' : 'clearFilter')}
                  </Button>
                </Cell>
              </Row>
            )}
          </Body>
        </HistoryTable>
      )}
      <VisuallyHidden role="status">
        {page && !list.loading ? texts.t('listCount', { count: page.entries.length }) : texts.t('loading')}
      </VisuallyHidden>
      {page && !isEmpty && (page.hasNewer || page.hasOlder) && (
        <HistoryPager
          texts={texts}
          hasNewer={page.hasNewer}
          hasOlder={page.hasOlder}
          onNewer={() => list.turnTo({ before: page.entries[0]!.id })}
          onOlder={() => list.turnTo({ after: page.entries.at(-1)!.id })}
        />
      )}
    </Page>
  );
}
