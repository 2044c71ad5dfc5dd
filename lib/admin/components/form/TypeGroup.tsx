import React from 'react';
import { CONFIG_TYPES } from '../../../shared/config-fields.js';
import { withType } from '../model/rules.js';
import RadioCards from '../parts/RadioCards.js';
import { useForm } from './form-context.js';
import Group from './Group.js';

/** The group with the kind of the configuration. */
export default function TypeGroup(): React.ReactElement {
  const { draft, start, set, errors, texts } = useForm();
  return (
    <Group>
      <RadioCards
        name="type"
        label={texts.property('type')}
        cards={CONFIG_TYPES.map((value) => ({ value, label: texts.label(`type_${value}`), help: texts.t(`type_${value}`) }))}
        value={draft.type}
        error={errors.type && texts.error('type', errors.type)}
        onChange={(type) => set((now) => withType(now, type, start))}
      />
    </Group>
  );
}
