import { Input } from '@adminjs/design-system';
import { useNotice } from 'adminjs';
import React, { useState } from 'react';
import { recordAction } from '../model/api.js';
import Alert from '../parts/Alert.js';
import ConfirmDialog from '../parts/ConfirmDialog.js';
import Field from '../parts/Field.js';
import { refusal } from '../parts/refusal.js';
import { useAnswer } from '../parts/use-answer.js';
import type { Texts } from '../parts/use-texts.js';

interface Props {
  texts: Texts;
  resourceId: string;
  onChanged: () => void;
  onClose: () => void;
}

const ALL = { perPage: '500', sortBy: 'name', direction: 'asc' };

/** Picks the default where there is none that works, from all that are switched on. */
export default function ChooseDefault({ texts, resourceId, onChanged, onClose }: Props): React.ReactElement {
  const addNotice = useNotice();
  const { answer, failure } = useAnswer(resourceId, ALL);
  const [picked, setPicked] = useState('');
  const choices = answer?.records?.filter(({ params }) => params.enabled !== false);
  const chosen = choices?.find(({ id }) => id === picked) ?? choices?.[0];

  const choose = async (): Promise<string | void> => {
    if (!chosen) return answer ? texts.t('chooseDefaultNone') : undefined;
    const done = await recordAction(resourceId, chosen.id, 'setDefault', {});
    if (done.notice?.type === 'error') return refusal(done, texts);
    addNotice({ message: 'defaultSet', type: 'success', resourceId, options: { name: String(chosen.params.name) } });
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
          <Input
            {...control}
            as="select"
            value={chosen?.id ?? ''}
            disabled={!choices?.length}
            onChange={(event: React.ChangeEvent<HTMLInputElement>) => setPicked(event.target.value)}
          >
            {choices?.map(({ id, params }) => (
              <option key={id} value={id}>
                {String(params.name)}
              </option>
            ))}
          </Input>
        )}
      </Field>
      {failure !== null && <Alert tone="error">{texts.problem(failure)}</Alert>}
    </ConfirmDialog>
  );
}
