import { useNotice } from 'adminjs';
import React from 'react';
import { SECRET_COLUMNS } from '../../../shared/config-fields.js';
import { testDraft, testRecord } from '../model/api.js';
import { toPayload } from '../model/payload.js';
import { authOn } from '../model/rules.js';
import { plannedSteps } from '../model/steps.js';
import TestDialog from '../parts/TestDialog.js';
import { isNotFound } from '../parts/refusal.js';
import { useForm } from './form-context.js';
import LeaveDialog from './LeaveDialog.js';
import SecretDialog from './SecretDialog.js';
import type { useConfigForm } from './use-config-form.js';
import type { FormActions } from './use-form-actions.js';
import type { useLeaveGuard } from './use-leave-guard.js';
import { useRemedies } from './use-remedies.js';

interface Props {
  form: ReturnType<typeof useConfigForm>;
  actions: FormActions;
  guard: ReturnType<typeof useLeaveGuard>;
}

/** The dialogs of the form: test, secrets, and unsaved changes. */
export default function FormDialogs({ form, actions, guard }: Props): React.ReactElement {
  const { resourceId, texts, settings, draft, saved } = useForm();
  const { dialog, close } = actions;
  const addNotice = useNotice();
  const remedies = useRemedies(form, { settings, texts, close, showCaField: actions.showCaFieldAfterTest });
  return (
    <>
      {dialog === 'test' && (
        <TestDialog
          texts={texts}
          planned={plannedSteps(draft, authOn(draft, settings))}
          run={(request, onStep, signal) =>
            saved && !form.dirty
              ? testRecord(resourceId, saved.id, request, onStep, signal)
              : testDraft(resourceId, { ...toPayload(draft, settings), ...(saved ? { id: saved.id } : {}), ...request }, onStep, signal)
          }
          onResult={(result, response) => {
            actions.setOutcome(result);
            if (response.record && !isNotFound(response)) form.updateStatus(response.record);
            if (!result.ok || result.refused > 0) return;
            close();
            addNotice({ message: result.checkOnly ? 'checkSucceeded' : 'testSucceeded', type: 'success', resourceId });
          }}
          onInvalid={(problems) => {
            close();
            form.refuse(problems, texts.message('fillRequiredFields'));
          }}
          remedies={remedies}
          onClose={close}
        />
      )}
      {SECRET_COLUMNS.map(
        (column) =>
          dialog === column && (
            <SecretDialog key={column} column={column} onApply={(secret) => actions.apply(column, secret)} onClose={close} />
          ),
      )}
      {dialog === 'leave' && <LeaveDialog texts={texts} isDiscard={settings.single} onStay={close} onLeave={actions.leave} />}
      {guard.asking && <LeaveDialog texts={texts} onStay={guard.stay} onLeave={guard.leave} />}
    </>
  );
}
