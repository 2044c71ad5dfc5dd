import { useNotice, type ActionProps } from 'adminjs';
import React, { useEffect, useRef, useState } from 'react';
import { testDraft, testRecord } from '../model/api.js';
import { rootOf } from '../model/draft.js';
import { toPayload } from '../model/payload.js';
import { authOn } from '../model/rules.js';
import { SECRET_COLUMNS, secretFields, type SecretColumn, type SecretDraft } from '../model/secret.js';
import { plannedSteps } from '../model/steps.js';
import { DEFAULT_SETTINGS, type ScreenSettings } from '../model/types.js';
import Alert from '../parts/Alert.js';
import DefaultMark from '../parts/DefaultMark.js';
import TestDialog, { type TestResult } from '../parts/TestDialog.js';
import { isGone } from '../parts/refusal.js';
import { focusOnArrival, useArrivalFocus } from '../parts/use-arrival-focus.js';
import { listUrl, recordUrl, useGo } from '../parts/use-go.js';
import { useTexts } from '../parts/use-texts.js';
import AdvancedGroup from './AdvancedGroup.js';
import CopiesGroup from './CopiesGroup.js';
import { FormContext } from './form-context.js';
import GeneralGroup from './GeneralGroup.js';
import GraphGroup from './GraphGroup.js';
import FormFooter from './FormFooter.js';
import { Page, Title } from './layout.js';
import LeaveDialog from './LeaveDialog.js';
import LoginGroup from './LoginGroup.js';
import SecretDialog from './SecretDialog.js';
import SecurityGroup from './SecurityGroup.js';
import SenderGroup from './SenderGroup.js';
import ServerGroup from './ServerGroup.js';
import SingleHead from './SingleHead.js';
import StaleAlert from './StaleAlert.js';
import StatusPanel from './StatusPanel.js';
import { useUsage } from '../parts/use-usage.js';
import { useConfigForm } from './use-config-form.js';
import { useLeaveGuard } from './use-leave-guard.js';
import { useRemedies } from './use-remedies.js';

/** What to look at after a refusal: the first field with an error, or the question what to do with a stale form. */
const TO_MEND = '[aria-invalid="true"]:not([role]), [data-invalid="true"], [data-testid="stale"] button';

interface Props extends Omit<ActionProps, 'record'> {
  record?: Pick<NonNullable<ActionProps['record']>, 'params' | 'recordActions'>;
  /** The only configuration was deleted from its page. */
  onDeleted?: () => void;
}

/** One configuration: the form, its status beside it and the buttons below. */
export default function ConfigForm({ resource, record, action, onDeleted }: Props): React.ReactElement {
  const texts = useTexts(resource.id);
  const settings: ScreenSettings = { ...DEFAULT_SETTINGS, ...action.custom };
  const { single } = settings;
  const form = useConfigForm(resource.id, record?.params, settings, texts);
  const { saved, draft, errors, dirty, refusals } = form;
  const usage = useUsage(resource.id, saved?.id, `${saved?.version} ${draft.enabled}`);
  const go = useGo();
  const addNotice = useNotice();
  const element = useRef<HTMLFormElement>(null);
  const [dialog, setDialog] = useState<'test' | 'leave' | SecretColumn | null>(null);
  const [caAsked, setCaAsked] = useState(0);
  const [applied, setApplied] = useState<{ column: SecretColumn } | null>(null);
  const [outcome, setOutcome] = useState<(TestResult & { of: string }) | null>(null);

  const canManage = record
    ? record.recordActions.some(({ name }) => name === 'edit')
    : resource.resourceActions.some(({ name }) => name === 'new');
  const readOnly = !canManage || action.name === 'show';
  const guard = useLeaveGuard(dirty && !readOnly);
  useArrivalFocus(element);

  useEffect(() => {
    if (refusals) element.current?.querySelector<HTMLElement>(TO_MEND)?.focus();
  }, [refusals]);

  // What opened the dialog of a secret may have gone with what was chosen.
  useEffect(() => {
    if (applied) document.getElementById(`${applied.column}-choose`)?.focus();
  }, [applied]);

  const apply = (column: SecretColumn, secret: SecretDraft): void => {
    form.set(secretFields(column, secret));
    setDialog(null);
    setApplied({ column });
  };
  const save = async (): Promise<void> => {
    const done = await form.save();
    // What was deleted while it was edited is saved as another one.
    const isNew = action.name === 'new' || (!single && record?.params.id !== done?.id);
    if (!done || done.left || !isNew) return;
    focusOnArrival('#save');
    go(recordUrl(resource.id, done.id, 'edit'));
  };
  const reload = (how: 'keep' | 'drop'): void => {
    // The button that was pressed goes with its message.
    element.current?.querySelector<HTMLElement>('#save')?.focus();
    void form.reload(how);
  };
  const askForCa = (): void => setCaAsked((count) => count + 1);
  const cancel = (): void => (dirty && !readOnly ? setDialog('leave') : go(listUrl(resource.id)));
  const discard = (): void => {
    form.discard();
    setDialog(null);
  };
  const openTest = (): void => {
    if (readOnly || form.check(texts.message('fillRequiredFields'))) setDialog('test');
  };

  const remedies = useRemedies(form, {
    resourceId: resource.id,
    readOnly,
    settings,
    texts,
    close: () => setDialog(null),
    askForCa:
      draft.type === 'ms_graph'
        ? undefined
        : () => {
            setDialog(null);
            askForCa();
          },
  });

  // A test speaks for what was tested: once the form differs, the button is neutral again.
  const fingerprint = JSON.stringify(draft);
  const test = outcome?.of === fingerprint ? outcome : null;
  const fields = [...new Set(Object.keys(errors).map(rootOf))].map(texts.property);
  const primary = readOnly
    ? canManage && saved && { label: texts.button('edit'), onClick: () => go(recordUrl(resource.id, saved.id, 'edit')) }
    : { label: texts.button(saved ? 'update' : 'save') };

  return (
    <FormContext.Provider
      value={{
        resourceId: resource.id,
        texts,
        settings,
        draft,
        start: form.start,
        saved,
        usage,
        errors,
        readOnly,
        mayAsk: canManage,
        set: form.set,
        refuse: form.refuse,
        addSecret: setDialog,
        askForCa,
        caAsked,
      }}
    >
      <Page>
        <form
          ref={element}
          noValidate
          aria-label={texts.t('formLabel')}
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          {single && <SingleHead canManage={canManage} onDeleted={onDeleted} />}
          {saved && !single && (
            <Title>
              {saved.draft.name} {saved.draft.isDefault && <DefaultMark texts={texts} />}
            </Title>
          )}
          {!canManage && <Alert tone="info">{texts.t('readOnly')}</Alert>}
          <GeneralGroup />
          {draft.type === 'ms_graph' ? (
            <GraphGroup />
          ) : (
            <>
              <ServerGroup />
              <SecurityGroup />
              <LoginGroup />
            </>
          )}
          <SenderGroup />
          <CopiesGroup />
          <AdvancedGroup />
          {!(single && readOnly) && (
            <FormFooter
              texts={texts}
              test={test}
              busy={form.busy}
              primary={primary || null}
              cancelLabel={texts.button(single ? 'discard' : readOnly ? 'back' : 'cancel')}
              cancelOff={single && !dirty}
              onTest={canManage ? openTest : undefined}
              onCancel={cancel}
            >
              {form.stale && <StaleAlert texts={texts} onReload={reload} />}
              {form.summary && (
                <Alert tone="error" testId="summary">
                  {form.summary} {fields.length > 0 && texts.t('seeFields', { fields: fields.join(', ') })}
                </Alert>
              )}
            </FormFooter>
          )}
        </form>
        {saved && <StatusPanel config={saved} usage={usage.usage} settings={settings} texts={texts} />}
      </Page>
      {dialog === 'test' && (
        <TestDialog
          texts={texts}
          planned={plannedSteps(draft, authOn(draft, settings))}
          run={(request, onStep, signal) =>
            saved && !dirty
              ? testRecord(resource.id, saved.id, request, onStep, signal)
              : testDraft(resource.id, { ...toPayload(draft, settings), ...(saved ? { id: saved.id } : {}), ...request }, onStep, signal)
          }
          onResult={(result, answer) => {
            setOutcome({ ...result, of: fingerprint });
            if (answer.record && !isGone(answer)) form.updateStatus(answer.record.params);
            if (!result.ok) return;
            setDialog(null);
            addNotice({ message: result.checkOnly ? 'checkSucceeded' : 'testSucceeded', type: 'success', resourceId: resource.id });
          }}
          onInvalid={(problems) => {
            setDialog(null);
            form.refuse(problems, texts.message('fillRequiredFields'));
          }}
          remedies={remedies}
          onClose={() => setDialog(null)}
        />
      )}
      {SECRET_COLUMNS.map(
        (column) =>
          dialog === column && (
            <SecretDialog key={column} column={column} onApply={(secret) => apply(column, secret)} onClose={() => setDialog(null)} />
          ),
      )}
      {dialog === 'leave' && (
        <LeaveDialog
          texts={texts}
          isDiscard={single}
          onStay={() => setDialog(null)}
          onLeave={single ? discard : () => go(listUrl(resource.id))}
        />
      )}
      {guard.asking && <LeaveDialog texts={texts} onStay={guard.stay} onLeave={guard.leave} />}
    </FormContext.Provider>
  );
}
