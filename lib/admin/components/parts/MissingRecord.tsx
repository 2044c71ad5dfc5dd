import type { ActionProps } from 'adminjs';
import React from 'react';
import { Page } from '../list/table.js';
import Button from './Button.js';
import Empty from './Empty.js';
import PageHead from './PageHead.js';
import { listUrl } from './use-go.js';
import type { Texts } from './use-texts.js';

/** True for the server's stand-in for a record that does not exist. */
export const isMissing = (record: { params: Record<string, unknown> }): boolean => record.params.isMissing === true;

interface Props {
  texts: Texts;
  resource: ActionProps['resource'];
  /** The URL of the list, if it has filters. */
  back?: string;
}

/** The page of a record that does not exist, with the way back to the list. */
export default function MissingRecord({ texts, resource, back = listUrl(resource.id) }: Props): React.ReactElement {
  return (
    <>
      <PageHead texts={texts} resource={resource} back={back} name={texts.message('pageNotFound_title')} />
      <Page data-testid="missing">
        <Empty illustration="NotFound" text={texts.message('error404Action')}>
          <Button as="a" href={back} variant="contained">
            {texts.button('back')}
          </Button>
        </Empty>
      </Page>
    </>
  );
}
