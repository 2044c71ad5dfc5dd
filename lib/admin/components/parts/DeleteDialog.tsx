import React from 'react';
import type { Activity } from '../../../shared/smtp-config.js';
import { recordAction, type ApiResponse } from '../model/api.js';
import { storedSecrets, type SavedConfig } from '../model/draft.js';
import ConfirmDialog from './ConfirmDialog.js';
import { refusal } from './refusal.js';
import UsageFacts from './UsageFacts.js';
import type { Texts } from './use-texts.js';
import { useUsage } from './use-usage.js';

interface Props {
  texts: Texts;
  resourceId: string;
  config: SavedConfig;
  activities: Activity[];
  onDone: (response: ApiResponse) => void;
  onClose: () => void;
}

/** The confirmation before a configuration is deleted, with everything that depends on it. */
export default function DeleteDialog({ texts, resourceId, config, activities, onDone, onClose }: Props): React.ReactElement {
  const { usage, failed } = useUsage(resourceId, config.id, 'once');
  const remove = async (): Promise<string | void> => {
    const response = await recordAction(resourceId, config.id, 'delete', {});
    if (response.notice?.type === 'error') return refusal(response, texts);
    onDone(response);
  };
  return (
    <ConfirmDialog
      texts={texts}
      title={texts.t('deleteTitle')}
      confirm={texts.button('confirmDelete')}
      color="danger"
      onClose={onClose}
      onConfirm={remove}
    >
      <p>{texts.t(storedSecrets(config).length > 0 ? 'deleteTextPassword' : 'deleteText', { name: config.draft.name })}</p>
      <div role="status" data-testid="usage" aria-busy={!usage && !failed}>
        <UsageFacts
          texts={texts}
          before="delete"
          usage={usage ?? { isDefault: config.draft.isDefault, usedBy: config.usedBy }}
          failed={failed}
          activities={activities}
        />
      </div>
    </ConfirmDialog>
  );
}
