import type { ActionProps } from 'adminjs';
import React from 'react';
import SmtpConfigList from './SmtpConfigList.js';
import { readConfig } from './model/draft.js';
import ActionDialog from './parts/ActionDialog.js';
import MissingRecord, { isMissing } from './parts/MissingRecord.js';
import { listUrl, useBack, useGo } from './parts/use-go.js';
import { useTexts } from './parts/use-texts.js';

/** Test, Duplicate, Set as default and Delete at their own URL: the dialog over the list. Closing it returns to the previous page. */
export default function SmtpConfigAction({ resource, record, action }: ActionProps): React.ReactElement | null {
  const texts = useTexts(resource.id);
  const go = useGo();
  const toList = (): void => go(listUrl(resource.id));
  const back = useBack(toList);
  if (!record) return null;
  if (isMissing(record)) return <MissingRecord texts={texts} resource={resource} />;
  const config = readConfig(record.params);
  const list = resource.resourceActions.find(({ name }) => name === 'list');
  return (
    <>
      {list && <SmtpConfigList resource={resource} action={list} about={config.draft.name} />}
      <ActionDialog
        action={action.name}
        config={config}
        texts={texts}
        resourceId={resource.id}
        activities={list?.custom?.activities ?? []}
        onChanged={() => undefined}
        onDone={action.name === 'delete' ? toList : back}
        onClose={back}
      />
    </>
  );
}
