import React from 'react';
import CheckField from '../parts/CheckField.js';
import Disclosure from './Disclosure.js';
import { useForm } from './form-context.js';
import Group from './Group.js';
import TextField from './TextField.js';

/** What has a good default. */
export default function AdvancedGroup(): React.ReactElement {
  const { draft, set, errors, readOnly, texts } = useForm();
  const needed = !draft.enabled || !!(errors.maxConnections ?? errors.description ?? errors.enabled);
  return (
    <Group>
      <Disclosure id="advanced" title={texts.t('groupAdvanced')} summary={texts.t('advancedSummary')} open={needed}>
        <CheckField
          id="enabled"
          label={texts.property('enabled')}
          help={texts.t('help_enabled')}
          checked={draft.enabled}
          disabled={readOnly}
          onChange={(enabled) => set({ enabled })}
        />
        <TextField
          name="maxConnections"
          inputMode="numeric"
          required
          help={draft.type === 'ms_graph' ? texts.t('help_graphConnections') : undefined}
        />
        <TextField name="description" rows={3} />
      </Disclosure>
    </Group>
  );
}
