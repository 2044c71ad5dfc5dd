import type { ActionProps } from 'adminjs';
import React from 'react';
import { fieldOf } from '../../../shared/config-fields.js';
import type { ScreenSettings } from '../../../shared/smtp-config.js';
import HistoryPanel from '../history/HistoryPanel.js';
import { DEFAULT_SETTINGS } from '../model/types.js';
import Alert from '../parts/Alert.js';
import { listUrl, recordUrl, useGo } from '../parts/use-go.js';
import { useTexts } from '../parts/use-texts.js';
import { useUsage } from '../parts/use-usage.js';
import AdvancedGroup from './AdvancedGroup.js';
import ConfigHead from './ConfigHead.js';
import CopiesGroup from './CopiesGroup.js';
import EditConflictAlert from './EditConflictAlert.js';
import { FormContext } from './form-context.js';
import FormDialogs from './FormDialogs.js';
import FormFooter from './FormFooter.js';
import { KIND_GROUPS } from './kinds/groups.js';
import { Intro, Page } from './layout.js';
import NameGroup from './NameGroup.js';
import RequiredLegend from './RequiredLegend.js';
import SenderGroup from './SenderGroup.js';
import StatusPanel from './StatusPanel.js';
import TypeGroup from './TypeGroup.js';
import { useConfigForm } from './use-config-form.js';
import { useFormActions } from './use-form-actions.js';
import { useLeaveGuard } from './use-leave-guard.js';
import { useProposedName } from './use-proposed-name.js';

interface Props extends Omit<ActionProps, 'record'> {
  record?: Pick<NonNullable<ActionProps['record']>, 'params' | 'recordActions'>;
  /** Called after the only configuration was deleted from its page. */
  onDeleted?: () => void;
}

/** A configuration: the form, with its status at the side and the buttons below. */
export default function ConfigForm({ resource, record, action, onDeleted }: Props): React.ReactElement {
  const texts = useTexts(resource.id);
  const settings: ScreenSettings = { ...DEFAULT_SETTINGS, ...action.custom };
  const { single } = settings;
  const form = useConfigForm(resource.id, record, settings, texts);
  const { saved, draft, errors, dirty } = form;
  const usage = useUsage(resource.id, saved?.id, `${saved?.version} ${draft.enabled}`);
  const proposeName = useProposedName(resource.id, !saved && !single, draft, form.set);
  const guard = useLeaveGuard(dirty);
  const go = useGo();
  const actions = useFormActions(form, {
    resourceId: resource.id,
    texts,
    single,
    action: action.name,
    recordId: record?.params.id,
  });
  const fields = [...new Set(Object.keys(errors).map(fieldOf))].map(texts.property);
  const KindGroups = KIND_GROUPS[draft.type];

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
        set: form.set,
        proposeName,
        refuse: form.refuse,
        addSecret: actions.open,
        showCaField: actions.showCaField,
        caRequests: actions.caRequests,
      }}
    >
      <ConfigHead
        texts={texts}
        resource={resource}
        config={saved}
        actions={form.recordActions}
        page={saved ? 'edit' : 'new'}
        isSingle={single}
        activities={settings.activities}
        onDeleted={onDeleted ?? (() => go(listUrl(resource.id)))}
        onDone={(done, response) => {
          if (done === 'duplicate' && response?.record && !dirty) go(recordUrl(resource.id, response.record.id, 'edit'));
          else void form.reload('keep');
        }}
      />
      <Page>
        <form
          ref={actions.element}
          noValidate
          aria-label={texts.t('formLabel')}
          onSubmit={(event) => {
            event.preventDefault();
            void actions.save();
          }}
        >
          {single && <Intro>{texts.t('pageIntro')}</Intro>}
          <RequiredLegend texts={texts} />
          <TypeGroup />
          <KindGroups />
          <SenderGroup />
          <CopiesGroup />
          {!single && <NameGroup />}
          <AdvancedGroup />
          <FormFooter
            texts={texts}
            test={actions.test}
            busy={form.busy}
            saveLabel={texts.button(saved ? 'update' : 'save')}
            cancelLabel={texts.button(single ? 'discard' : 'cancel')}
            cancelOff={single && !dirty}
            onTest={actions.openTest}
            onCancel={actions.cancel}
          >
            {form.stale && <EditConflictAlert texts={texts} settings={settings} conflict={form.conflict} onReload={actions.reload} />}
            {form.summary && (
              <Alert tone="error" testId="summary">
                {form.summary} {fields.length > 0 && texts.t('checkFields', { fields: fields.join(', ') })}
              </Alert>
            )}
          </FormFooter>
        </form>
        {saved && (
          <StatusPanel resourceId={resource.id} config={saved} usage={usage.usage} settings={settings} texts={texts}>
            <HistoryPanel
              record={{ type: 'config', id: saved.id }}
              trigger={`${saved.version} ${saved.lastTestAt} ${saved.draft.isDefault}`}
              settings={settings}
            />
          </StatusPanel>
        )}
      </Page>
      <FormDialogs form={form} actions={actions} guard={guard} />
    </FormContext.Provider>
  );
}
