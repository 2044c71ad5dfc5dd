import { Input } from '@adminjs/design-system';
import React from 'react';
import CheckField from '../parts/CheckField.js';
import Field from '../parts/Field.js';
import { useForm } from './form-context.js';
import Group, { Pair } from './Group.js';
import TextField from './TextField.js';

const TYPES = ['generic'];

/** What the configuration is called and where its server is. */
export default function ServerGroup(): React.ReactElement {
  const { draft, set, errors, readOnly, texts } = useForm();
  return (
    <Group title={texts.t('groupServer')}>
      <Pair $even>
        <TextField name="name" required />
        <CheckField
          id="isDefault"
          label={texts.property('isDefault')}
          help={texts.t('help_isDefault')}
          checked={draft.isDefault}
          disabled={readOnly}
          onChange={(isDefault) => set({ isDefault })}
        />
      </Pair>
      <Field name="type" label={texts.property('type')} error={errors.type && texts.error('type', errors.type)}>
        {(control) => (
          <Input
            {...control}
            as="select"
            value={draft.type}
            disabled={readOnly}
            onChange={(event: React.ChangeEvent<HTMLInputElement>) => set({ type: event.target.value })}
          >
            {TYPES.map((type) => (
              <option key={type} value={type}>
                {texts.label(`type_${type}`)}
              </option>
            ))}
          </Input>
        )}
      </Field>
      <Pair>
        <TextField name="host" required placeholder="smtp.example.com" />
        <TextField name="port" required inputMode="numeric" />
      </Pair>
    </Group>
  );
}
