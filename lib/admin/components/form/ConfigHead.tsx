import { Icon } from '@adminjs/design-system';
import { ActionButton, type ActionJSON, type ActionProps, useNotice, useTranslation } from 'adminjs';
import React, { useState } from 'react';
import type { Activity } from '../../../shared/smtp-config.js';
import RowMenu, { type MenuItem } from '../list/RowMenu.js';
import type { ApiResponse } from '../model/api.js';
import type { SavedConfig } from '../model/draft.js';
import ActionDialog from '../parts/ActionDialog.js';
import Button from '../parts/Button.js';
import DefaultMark from '../parts/DefaultMark.js';
import DeleteDialog from '../parts/DeleteDialog.js';
import PageHead from '../parts/PageHead.js';
import type { Texts } from '../parts/use-texts.js';

type HeadAction = 'test' | 'duplicate' | 'setDefault' | 'delete';

interface Props {
  texts: Texts;
  resource: ActionProps['resource'];
  /** Null for a new configuration. */
  config: SavedConfig | null;
  /** The actions on the record that the admin may use. */
  actions: readonly ActionJSON[];
  /** The page that the head is on. */
  page: 'new' | 'edit' | 'show';
  isSingle: boolean;
  activities: Activity[];
  /** Called after a possible change while a dialog stays open. */
  onChanged?: () => void;
  /** Called after the configuration was deleted, or after another action. */
  onDeleted: () => void;
  onDone: (action: HeadAction, response?: ApiResponse) => void;
}

/** The head of a configuration's page: its name, and the actions on it that the page itself does not have. */
export default function ConfigHead(props: Props): React.ReactElement {
  const { texts, resource, config, actions, page, isSingle, activities, onChanged = () => undefined, onDeleted, onDone } = props;
  const { translateAction } = useTranslation();
  const addNotice = useNotice();
  const [open, setOpen] = useState<HeadAction | null>(null);
  const may = (name: string): ActionJSON | undefined => actions.find((action) => action.name === name);
  const item = (id: HeadAction, label = texts.button(id)): MenuItem[] =>
    may(id) ? [{ id, label, danger: id === 'delete', onSelect: () => setOpen(id) }] : [];
  const items = isSingle
    ? item('delete', texts.button('deleteConfig'))
    : [...item('duplicate'), ...(config?.draft.isDefault ? [] : item('setDefault')), ...item('delete')];
  const link = (name: 'edit' | 'show'): React.ReactElement | null => {
    const action = page === name || isSingle ? undefined : may(name);
    return action && config ? (
      <ActionButton action={action} resourceId={resource.id} recordId={config.id}>
        <Button as="a" variant={name === 'edit' ? 'contained' : 'outlined'}>
          <Icon icon={name === 'edit' ? 'Edit' : 'Info'} />
          {texts.button(name)}
        </Button>
      </ActionButton>
    ) : null;
  };
  const close = (): void => setOpen(null);
  const name = config ? config.draft.name : translateAction('new', resource.id);
  const common = { texts, resourceId: resource.id, activities, onClose: close };
  return (
    <>
      <PageHead
        texts={texts}
        resource={resource}
        name={isSingle ? undefined : name}
        marks={config?.draft.isDefault && !isSingle && <DefaultMark texts={texts} />}
      >
        {link(page === 'show' ? 'edit' : 'show')}
        {page === 'show' && may('test') && (
          <Button type="button" id="testConnection" variant="outlined" onClick={() => setOpen('test')}>
            <Icon icon="Send" />
            {texts.button('test')}
          </Button>
        )}
        {config && items.length > 0 && <RowMenu label={texts.t('pageMenu')} items={items} />}
      </PageHead>
      {config &&
        open &&
        (isSingle ? (
          <DeleteDialog
            isSingle
            {...common}
            config={config}
            onDone={() => {
              addNotice({ message: 'deleted', type: 'success', resourceId: resource.id });
              close();
              onDeleted();
            }}
          />
        ) : (
          <ActionDialog
            {...common}
            action={open}
            config={config}
            onChanged={onChanged}
            onDone={(response) => {
              close();
              if (open === 'delete') onDeleted();
              else onDone(open, response);
            }}
          />
        ))}
    </>
  );
}
