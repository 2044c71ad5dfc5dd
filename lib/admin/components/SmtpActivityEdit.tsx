import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import { useNotice, type ActionProps } from 'adminjs';
import React, { useState, type FormEvent } from 'react';
import { Page } from './list/table.js';
import { recordAction } from './model/api.js';
import Alert from './parts/Alert.js';
import Button from './parts/Button.js';
import ConfigSelect from './parts/ConfigSelect.js';
import Field from './parts/Field.js';
import MissingRecord, { isMissing } from './parts/MissingRecord.js';
import PageHead from './parts/PageHead.js';
import SteadyButton from './parts/SteadyButton.js';
import { useConfigs, type ConfigChoice } from './parts/use-configs.js';
import { listUrl, useGo } from './parts/use-go.js';
import { useTexts } from './parts/use-texts.js';
import { refusal } from './parts/refusal.js';

const Form = styled.form`
  max-width: 640px;
  & > footer {
    display: flex;
    gap: ${themeGet('space', 'default')};
    justify-content: flex-end;
  }
`;

/** The form for choosing the configuration of an email type. */
export default function SmtpActivityEdit({ resource, record }: ActionProps): React.ReactElement | null {
  const texts = useTexts(resource.id);
  const addNotice = useNotice();
  const go = useGo();
  const params = record?.params ?? {};
  const current = String(params.configId ?? '');
  const [chosen, setChosen] = useState(current);
  const configs = useConfigs();
  const { choices, seen, standard } = configs;
  const [failure, setFailure] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const mayEdit = record?.recordActions.some(({ name }) => name === 'edit') ?? false;

  if (!record) return null;
  if (isMissing(record)) return <MissingRecord texts={texts} resource={resource} />;
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setFailure('');
    setError('');
    try {
      const response = await recordAction(resource.id, record.id, 'edit', { configId: chosen || null });
      const refused = response.record?.errors?.configId;
      if (refused) setError(texts.error('configId', refused));
      else if (response.notice?.type === 'error') setFailure(refusal(response, texts));
      else {
        addNotice({ message: 'saved', type: 'success', resourceId: resource.id });
        go(listUrl(resource.id));
      }
    } catch (problem) {
      setFailure(texts.problem(problem));
    }
    setBusy(false);
  };

  const isCurrent = chosen === current;
  const off = chosen
    ? (seen.get(chosen)?.enabled ?? !(isCurrent && params.configState === 'disabled')) === false
    : standard?.enabled === false;
  const trouble = off ? (chosen ? 'disabled' : 'default_disabled') : choices && !chosen && !standard ? 'no_default' : null;
  const name = (config: ConfigChoice): string => `${config.name}${config.enabled ? '' : ` · ${texts.t('disabled')}`}`;
  const isDeleted = current !== '' && params.configState === 'deleted';
  return (
    <>
      <PageHead texts={texts} resource={resource} name={String(params.label || params.key)} />
      <Page>
        <Form noValidate onSubmit={(event: FormEvent) => void save(event)}>
          {params.declared === false && <Alert tone="warning">{texts.t('undeclaredText')}</Alert>}
          {trouble && <Alert tone="warning">{texts.t(`state_${trouble}_help`)}</Alert>}
          <Field
            name="configId"
            label={texts.property('configId')}
            help={texts.t('help_configId')}
            error={error || (isDeleted && isCurrent ? texts.t('configDeletedText') : '')}
          >
            {(control) => (
              <ConfigSelect
                texts={texts}
                control={control}
                configs={configs}
                value={chosen}
                valueLabel={isDeleted || !isCurrent ? texts.t('configDeletedOption') : String(params.configName ?? '')}
                disabled={!mayEdit || !choices}
                nameOf={name}
                onChange={setChosen}
              >
                <option value="">{standard ? texts.t('useDefaultNamed', { name: name(standard) }) : texts.t('useDefaultNone')}</option>
              </ConfigSelect>
            )}
          </Field>
          {(failure || configs.failure !== null) && <Alert tone="error">{failure || texts.problem(configs.failure)}</Alert>}
          <footer>
            <Button type="button" variant="text" onClick={() => go(listUrl(resource.id))}>
              {texts.button(mayEdit ? 'cancel' : 'back')}
            </Button>
            {mayEdit && (
              <SteadyButton type="submit" id="save" variant="contained" off={busy}>
                {texts.button('save')}
              </SteadyButton>
            )}
          </footer>
        </Form>
      </Page>
    </>
  );
}
