import { useNotice } from 'adminjs';
import React from 'react';
import type { Activity } from '../../../shared/smtp-config.js';
import { type ApiResponse, recordAction, testRecord } from '../model/api.js';
import { readConfig, type SavedConfig } from '../model/draft.js';
import { wantsAppPassword } from '../model/rules.js';
import { plannedSteps } from '../model/steps.js';
import ConfirmDialog from './ConfirmDialog.js';
import DeleteDialog from './DeleteDialog.js';
import DuplicateDialog from './DuplicateDialog.js';
import { editPage } from './edit-page.js';
import type { Remedies } from './StepRemedy.js';
import TestDialog from './TestDialog.js';
import type { Texts } from './use-texts.js';
import { refusal } from './refusal.js';

interface Props {
  action: string;
  config: SavedConfig;
  texts: Texts;
  resourceId: string;
  activities: Activity[];
  /** Called after a possible change while the dialog stays open: the list is outdated. */
  onChanged: () => void;
  /** Called after the action, instead of `onClose`; with the copy's response after duplicating. */
  onDone: (response?: ApiResponse) => void;
  onClose: () => void;
}

/** The dialog of an action on a saved configuration. */
export default function ActionDialog({
  action,
  config,
  texts,
  resourceId,
  activities,
  onChanged,
  onDone,
  onClose,
}: Props): React.ReactElement | null {
  const addNotice = useNotice();
  const done = (message: string, name = config.draft.name, response?: ApiResponse): void => {
    addNotice({ message, type: 'success', resourceId, options: { name } });
    onDone(response);
  };
  const remedies: Remedies = { appPasswords: wantsAppPassword(config.draft), ...editPage(resourceId, config.id) };
  const common = { texts, resourceId, config, onClose };

  switch (action) {
    case 'test':
      return (
        <TestDialog
          texts={texts}
          remedies={remedies}
          planned={plannedSteps(config.draft, config.draft.authRequired)}
          run={(request, onStep, signal) => testRecord(resourceId, config.id, request, onStep, signal)}
          onResult={(result) =>
            result.ok && result.refused === 0 ? done(result.checkOnly ? 'checkSucceeded' : 'testSucceeded') : onChanged()
          }
          onInvalid={() => {
            addNotice({ message: 'fillRequiredFields', type: 'error', resourceId });
            onClose();
          }}
          onClose={onClose}
        />
      );
    case 'duplicate':
      return (
        <DuplicateDialog
          {...common}
          onDone={(response) => done('duplicated', response.record && readConfig(response.record.params).draft.name, response)}
        />
      );
    case 'delete':
      return <DeleteDialog {...common} activities={activities} onDone={() => done('deleted')} />;
    case 'setDefault':
      return (
        <ConfirmDialog
          texts={texts}
          title={texts.t('setDefaultTitle', { name: config.draft.name })}
          confirm={texts.button('setDefault')}
          onClose={onClose}
          onConfirm={async () => {
            const response = await recordAction(resourceId, config.id, 'setDefault', {});
            if (response.notice?.type === 'error') return refusal(response, texts);
            return done('defaultSet');
          }}
        >
          <p>{texts.t('setDefaultText')}</p>
        </ConfirmDialog>
      );
    default:
      return null;
  }
}
