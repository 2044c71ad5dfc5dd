import React from 'react';
import ConfigSelect from '../parts/ConfigSelect.js';
import Field from '../parts/Field.js';
import { useConfigs } from '../parts/use-configs.js';
import type { Texts } from '../parts/use-texts.js';

interface Props {
  /** The texts of the mail log. */
  texts: Texts;
  /** @default the property's label */
  label?: string;
  /** The choice not to move, if there is one. */
  none?: string;
  value: string;
  error?: string;
  /** The id of the configuration that the messages wait for, which is not offered. */
  except?: string;
  onChange: (id: string) => void;
}

/** The configuration to move messages to. Only enabled ones are offered. */
export default function MoveField({ texts, label, none, value, error, except, onChange }: Props): React.ReactElement {
  const configs = useConfigs({ 'filters.enabled': 'true' });
  const offered = { ...configs, choices: configs.choices?.filter(({ id }) => id !== except) };
  return (
    <div style={{ marginTop: 16 }}>
      <Field
        name="moveTo"
        label={label ?? texts.property('moveTo')}
        error={error || (configs.failure === null ? '' : texts.problem(configs.failure))}
        help={offered.choices?.length === 0 ? texts.t('moveNowhere') : undefined}
        required={none === undefined}
      >
        {(control) => (
          <ConfigSelect texts={texts} control={control} configs={offered} value={value} onChange={onChange}>
            <option value="">{none ?? texts.t('moveChoose')}</option>
          </ConfigSelect>
        )}
      </Field>
    </div>
  );
}
