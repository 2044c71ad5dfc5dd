import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { CONFIG_TYPES } from '../../../shared/config-fields.js';
import { withType } from '../model/rules.js';
import CheckField from '../parts/CheckField.js';
import RadioCards from '../parts/RadioCards.js';
import { useForm } from './form-context.js';
import Group, { Pair } from './Group.js';
import TextField from './TextField.js';

const Below = styled.div`
  margin-top: ${themeGet('space', 'xl')};
`;

/** The group with the kind, the name and the default. */
export default function GeneralGroup(): React.ReactElement {
  const { draft, start, set, settings, errors, readOnly, texts } = useForm();
  return (
    <Group>
      <RadioCards
        name="type"
        label={texts.property('type')}
        cards={CONFIG_TYPES.map((value) => ({ value, label: texts.label(`type_${value}`), help: texts.t(`type_${value}`) }))}
        value={draft.type}
        readOnly={readOnly}
        error={errors.type && texts.error('type', errors.type)}
        onChange={(type) => set((now) => withType(now, type, start))}
      />
      {!settings.single && (
        <Below>
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
        </Below>
      )}
    </Group>
  );
}
