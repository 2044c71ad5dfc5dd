import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import { useNotice } from 'adminjs';
import React, { useState } from 'react';
import RowMenu from '../list/RowMenu.js';
import DeleteDialog from '../parts/DeleteDialog.js';
import { useForm } from './form-context.js';

const Head = styled.div`
  display: flex;
  gap: ${themeGet('space', 'lg')};
  align-items: flex-start;
  justify-content: space-between;
  min-height: ${themeGet('space', 'x3')};
  margin-bottom: ${themeGet('space', 'lg')};
  color: ${themeGet('colors', 'text')};
  font-family: ${themeGet('font')};
  font-size: ${themeGet('fontSizes', 'default')};
  line-height: 1.5;
  & > p {
    padding-top: ${themeGet('space', 'sm')};
  }
`;

/** The header of the only page (option `single`): its purpose, and a menu for the saved configuration. */
export default function SinglePageHead({ canManage, onDeleted }: { canManage: boolean; onDeleted?: () => void }): React.ReactElement {
  const { texts, settings, saved, resourceId } = useForm();
  const addNotice = useNotice();
  const [deleting, setDeleting] = useState(false);
  return (
    <Head>
      <p>{texts.t('pageIntro')}</p>
      {saved && canManage && (
        <RowMenu
          label={texts.t('pageMenu')}
          items={[{ id: 'delete', label: texts.button('deleteConfig'), danger: true, onSelect: () => setDeleting(true) }]}
        />
      )}
      {saved && deleting && (
        <DeleteDialog
          isSingle
          texts={texts}
          resourceId={resourceId}
          config={saved}
          activities={settings.activities}
          onDone={() => {
            addNotice({ message: 'deleted', type: 'success', resourceId });
            onDeleted?.();
          }}
          onClose={() => setDeleting(false)}
        />
      )}
    </Head>
  );
}
