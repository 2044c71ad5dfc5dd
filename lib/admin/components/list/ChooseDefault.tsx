import { useNotice } from 'adminjs';
import React, { useState } from 'react';
import { recordAction } from '../model/api.js';
import Alert from '../parts/Alert.js';
import ConfigSelect from '../parts/ConfigSelect.js';
import ConfirmDialog from '../parts/ConfirmDialog.js';
import Field from '../parts/Field.js';
import { refusal } from '../parts/refusal.js';
import { useConfigs } from '../parts/use-configs.js';
import type { Texts } from '../parts/use-texts.js';

interface Props {
  texts: Texts;
  resourceId: string;
  onChanged: () => void;
  onClose: () => void;
}

const SWITCHED_ON = { 'filters.enabled': 'true' };

/** The dialog for choosing the default among the enabled configurations. */
export default function ChooseDefault({ texts, resourceId, onChanged, onClose }: Props): React.ReactElement {
  const addNotice = useNotice();
  const configs = useConfigs(SWITCHED_ON);
  const { choices, seen, search, failure } = configs;
  const [picked, setPicked] = useState('');
  const chosen = seen.get(picked) ?? choices?.[0];

  const choose = async (): Promise<string | void> => {
    if (!chosen) return choices && !search ? texts.t('chooseDefaultNone') : undefined;
    const done = await recordAction(resourceId, chosen.id, 'setDefault', {});
    if (done.notice?.type === 'error') return refusal(done, texts);
    addNotice({ message: 'defaultSet', type: 'success', resourceId, options: { name: chosen.name } });
    onChanged();
    onClose();
  };
  return (
    <ConfirmDialog
      texts={texts}
      title={texts.t('chooseDefaultTitle')}
      confirm={texts.button('setDefault')}
      onClose={onClose}
      onConfirm={choose}
    >
      <Field name="default" label={texts.property('name')} help={texts.t('chooseDefaultText')}>
        {(control) => (
          <ConfigSelect
            texts={texts}
            control={control}
            configs={configs}
            value={chosen?.id ?? ''}
            disabled={!chosen && !search}
            onChange={setPicked}
          />
        )}
      </Field>
      {failure !== null && <Alert tone="error">{texts.problem(failure)}</Alert>}
    </ConfirmDialog>
  );
}
