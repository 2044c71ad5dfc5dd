import React from 'react';
import type { SettingName } from '../../../shared/config-fields.js';
import { KIND_ADVANCED } from './kinds/groups.js';
import { kindOf } from './kinds/index.js';
import Alert from '../parts/Alert.js';
import CheckField from '../parts/CheckField.js';
import UsageFacts from '../parts/UsageFacts.js';
import Disclosure from './Disclosure.js';
import { useForm } from './form-context.js';
import Group from './Group.js';
import TextField from './TextField.js';

/** The fields of all kinds under Advanced. */
const COMMON: readonly SettingName[] = ['enabled', 'maxConnections', 'description'];

/** The group of settings that have good defaults. */
export default function AdvancedGroup(): React.ReactElement {
  const { draft, set, saved, settings, usage, errors, texts } = useForm();
  const isBeingSwitchedOff = !draft.enabled && saved?.draft.enabled === true;
  const { usage: known, failure } = usage;
  const { connectionLimit, advanced } = kindOf(draft.type);
  const KindFields = KIND_ADVANCED[draft.type];
  const isUnused = known !== null && !known.isDefault && known.usedBy.length === 0 && known.waiting === 0;
  const needed = !draft.enabled || [...COMMON, ...advanced].some((name) => errors[name]);
  return (
    <Group>
      <Disclosure id="advanced" title={texts.t('groupAdvanced')} summary={texts.t('advancedSummary')} open={needed}>
        <CheckField
          id="enabled"
          label={texts.property('enabled')}
          help={texts.t('help_enabled')}
          checked={draft.enabled}
          onChange={(enabled) => set({ enabled })}
        />
        {isBeingSwitchedOff && (known || failure !== null) && (
          <Alert tone={isUnused ? 'info' : 'warning'} testId="switching-off">
            {isUnused ? (
              texts.t('disableUnused')
            ) : (
              <UsageFacts
                texts={texts}
                before="disable"
                usage={known ?? { isDefault: saved.draft.isDefault, usedBy: saved.usedBy }}
                failed={failure !== null}
                activities={settings.activities}
              />
            )}
          </Alert>
        )}
        <TextField name="maxConnections" inputMode="numeric" required help={connectionLimit && texts.t(connectionLimit.help)} />
        {KindFields && <KindFields />}
        <TextField name="description" rows={3} />
      </Disclosure>
    </Group>
  );
}
