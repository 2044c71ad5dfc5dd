import { Input, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { type ChangeEvent } from 'react';
import Button from '../../../parts/Button.js';
import Field from '../../../parts/Field.js';
import { useForm } from '../../form-context.js';
import { PRESETS } from './presets/index.js';
import type { Preset } from './presets/preset.js';
import type { Provider } from './use-provider.js';

const GROUPS: Preset['group'][] = ['mailbox', 'delivery', 'own'];

const WithUndo = styled.div`
  display: flex;
  gap: ${themeGet('space', 'default')};
  & > select {
    flex: 1;
    min-width: 0;
  }
`;

/** The choice of a provider, which fills in its server. */
export default function ProviderField({ provider }: { provider: Provider }): React.ReactElement {
  const { settings, texts } = useForm();
  const { preset, choose, undo } = provider;
  // A provider that the application does not allow is not offered, but shown if it is already in use.
  const offered = PRESETS.filter((candidate) => candidate.security !== 'none' || settings.allowPlaintext || candidate === preset);
  return (
    <Field name="provider" label={texts.t('provider')} help={texts.t('help_provider')}>
      {(control) => (
        <WithUndo>
          <Input
            {...control}
            as="select"
            value={preset?.id ?? ''}
            onChange={(event: ChangeEvent<HTMLInputElement>) => {
              const next = PRESETS.find(({ id }) => id === event.target.value);
              if (next) choose(next);
            }}
          >
            <option value="" disabled={preset !== undefined}>
              {texts.t('providerNone')}
            </option>
            {GROUPS.filter((group) => offered.some((candidate) => candidate.group === group)).map((group) => (
              <optgroup key={group} label={texts.t(`providers_${group}`)}>
                {offered
                  .filter((candidate) => candidate.group === group)
                  .map(({ id, name }) => (
                    <option key={id} value={id}>
                      {name}
                    </option>
                  ))}
              </optgroup>
            ))}
          </Input>
          {undo && (
            <Button type="button" size="sm" variant="light" onClick={undo}>
              {texts.button('undo')}
            </Button>
          )}
        </WithUndo>
      )}
    </Field>
  );
}
