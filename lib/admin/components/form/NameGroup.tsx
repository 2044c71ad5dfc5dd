import React from 'react';
import CheckField from '../parts/CheckField.js';
import { useForm } from './form-context.js';
import Group, { Pair } from './Group.js';
import TextField from './TextField.js';

/** The group of the name, which is proposed from the server, and the default. */
export default function NameGroup(): React.ReactElement {
  const { draft, set, proposeName, texts } = useForm();
  return (
    <Group>
      <Pair $even>
        <TextField name="name" required onBlur={proposeName} />
        <CheckField
          id="isDefault"
          label={texts.property('isDefault')}
          help={texts.t('help_isDefault')}
          checked={draft.isDefault}
          onChange={(isDefault) => set({ isDefault })}
        />
      </Pair>
    </Group>
  );
}
