import type { ActionProps } from 'adminjs';
import React, { useState } from 'react';
import ConfigForm from './form/ConfigForm.js';
import FormSkeleton from './form/FormSkeleton.js';
import { Page } from './list/table.js';
import Empty from './parts/Empty.js';
import LoadFailure from './parts/LoadFailure.js';
import PageHead from './parts/PageHead.js';
import { useResponse } from './parts/use-response.js';
import { focusOnArrival } from './parts/use-arrival-focus.js';
import { listUrl, useGo } from './parts/use-go.js';
import { useTexts } from './parts/use-texts.js';
import { useWhoCanManage } from './parts/who-can-manage.js';
import ConfigSummary from './summary/ConfigSummary.js';

const FIRST_PAGE = { perPage: '1' };

/**
 * The only configuration (option `single`): its form, blank while there is none, or its summary for admins who may not change it. Every
 * URL of the resource leads here.
 */
export default function SmtpConfigPage({ resource, action }: ActionProps): React.ReactElement {
  const texts = useTexts(resource.id);
  const go = useGo();
  const whoCanManage = useWhoCanManage(action.custom);
  const { response, failure, loading, reload } = useResponse(resource.id, FIRST_PAGE);
  const [deletions, setDeletions] = useState(0);
  const list = resource.resourceActions.find(({ name }) => name === 'list') ?? action;
  const record = deletions > 0 ? undefined : response?.records?.[0];
  const mayCreate = resource.resourceActions.some(({ name }) => name === 'new');

  const onDeleted = (): void => {
    // The menu that had the focus disappears with the deleted configuration.
    focusOnArrival('#host');
    if (action.actionType === 'record') go(listUrl(resource.id));
    else setDeletions((count) => count + 1);
  };

  if (record && !record.recordActions?.some(({ name }) => name === 'edit')) {
    const { params, recordActions = [] } = record;
    return <ConfigSummary resource={resource} action={list} record={{ params, recordActions }} />;
  }
  if (response && (record || mayCreate)) {
    return (
      <ConfigForm
        key={deletions}
        resource={resource}
        action={list}
        record={record && { params: record.params, recordActions: record.recordActions ?? [] }}
        onDeleted={onDeleted}
      />
    );
  }
  return (
    <>
      <PageHead texts={texts} resource={resource} />
      {response ? (
        <Page>
          <Empty title={texts.t('emptyTitle')} text={texts.t('emptyTextViewer')} note={whoCanManage} />
        </Page>
      ) : loading ? (
        <FormSkeleton texts={texts} />
      ) : (
        <Page>
          <LoadFailure texts={texts} text="pageFailed" failure={failure} onRetry={reload} />
        </Page>
      )}
    </>
  );
}
