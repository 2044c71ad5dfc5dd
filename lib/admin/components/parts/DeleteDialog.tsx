import React from 'react';
import { recordAction, type Answer } from '../model/api.js';
import { storedSecrets, type SavedConfig } from '../model/draft.js';
import type { ActivityChoice } from '../model/types.js';
import ConfirmDialog from './ConfirmDialog.js';
import type { Texts } from './use-texts.js';
import { refusal } from './refusal.js';

interface Props {
  texts: Texts;
  resourceId: string;
  config: SavedConfig;
  activities: ActivityChoice[];
  onDone: (answer: Answer) => void;
  onClose: () => void;
}

/** Asks before a configuration is deleted, saying what depends on it. */
export default function DeleteDialog({ texts, resourceId, config, activities, onDone, onClose }: Props): React.ReactElement {
  const used = config.usedBy.map((key) => activities.find((activity) => activity.key === key)?.label ?? key);
  const remove = async (): Promise<string | void> => {
    const answer = await recordAction(resourceId, config.id, 'delete', {});
    if (answer.notice?.type === 'error') return refusal(answer, texts);
    onDone(answer);
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
      {config.draft.isDefault && <p>▲ {texts.t('deleteDefault')}</p>}
      {used.length > 0 && <p>▲ {texts.t('deleteUsed', { activities: used.join(', ') })}</p>}
    </ConfirmDialog>
  );
}
