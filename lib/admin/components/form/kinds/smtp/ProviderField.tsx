import { Input } from '@adminjs/design-system';
import React, { useState, type ChangeEvent } from 'react';
import type { Draft } from '../../../model/draft.js';
import { PRESETS, presetOf, withPreset } from './presets/index.js';
import type { Preset } from './presets/preset.js';
import { loginWarning, withType } from '../../../model/rules.js';
import Alert from '../../../parts/Alert.js';
import Button from '../../../parts/Button.js';
import Field from '../../../parts/Field.js';
import { useForm } from '../../form-context.js';
import { Pair } from '../../Group.js';

const GROUPS: Preset['group'][] = ['mailbox', 'delivery', 'own'];
/** The fields that choosing a provider fills in, and that Undo restores. */
const FILLED = ['host', 'port', 'security', 'authRequired', 'authMethod', 'username'] as const;

/** Fills in the server of a chosen provider and explains its login. The choice is not stored: it is recognized by the host. */
export default function ProviderField(): React.ReactElement | null {
  const { draft, start, saved, set, settings, readOnly, texts } = useForm();
  const [before, setBefore] = useState<Partial<Draft> | null>(null);
  const found = presetOf(draft);
  const preset = found?.preset;
  const regions = preset?.regions;
  if (readOnly && !preset) return null;

  const choose = (next: Preset, region = next.regions?.[0]): void => {
    setBefore((known) => known ?? Object.fromEntries(FILLED.map((field) => [field, draft[field]])));
    set((now) => withPreset(now, next, region));
  };
  const undo = (): void => {
    if (before) set(before);
    setBefore(null);
    document.getElementById('provider')?.focus();
  };
  // A provider that the application does not allow is not offered, but shown if it is already in use.
  const offered = PRESETS.filter((candidate) => candidate.security !== 'none' || settings.allowPlaintext || candidate === preset);
  const provider = (
    <Field name="provider" label={texts.t('provider')} help={readOnly ? undefined : texts.t('help_provider')}>
      {(control) => (
        <Input
          {...control}
          as="select"
          value={preset?.id ?? ''}
          disabled={readOnly}
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
      )}
    </Field>
  );
  return (
    <>
      {regions ? (
        <Pair $even>
          {provider}
          <Field name="providerRegion" label={texts.t('providerRegion')} help={texts.t('help_providerRegion')}>
            {(control) => (
              <Input
                {...control}
                as="select"
                value={found?.region?.id}
                disabled={readOnly}
                onChange={(event: ChangeEvent<HTMLInputElement>) =>
                  choose(
                    preset,
                    regions.find(({ id }) => id === event.target.value),
                  )
                }
              >
                {regions.map(({ id, label }) => (
                  <option key={id} value={id}>
                    {label}
                  </option>
                ))}
              </Input>
            )}
          </Field>
        </Pair>
      ) : (
        provider
      )}
      {preset && !readOnly && (before || !saved) && (
        <Alert
          tone="info"
          testId="provider-card"
          actions={
            <>
              {preset.authMethod === 'oauth2' && !loginWarning(draft, settings) && (
                <Button
                  type="button"
                  size="sm"
                  variant="outlined"
                  onClick={() => {
                    document.getElementById('type-ms_graph')?.focus();
                    set((now) => withType(now, 'ms_graph', start));
                  }}
                >
                  {texts.button('useGraph')}
                </Button>
              )}
              {preset.username && draft.username !== preset.username && (
                <Button type="button" size="sm" variant="outlined" onClick={() => set({ username: preset.username })}>
                  {texts.t('useUsername', { username: preset.username })}
                </Button>
              )}
              {before && (
                <Button type="button" size="sm" variant="text" onClick={undo}>
                  {texts.button('undo')}
                </Button>
              )}
            </>
          }
        >
          {texts.t(`preset_${preset.id}`)}{' '}
          <a href={preset.help ?? preset.source} target="_blank" rel="noopener noreferrer">
            {texts.t('providerPage', { provider: preset.name })}
          </a>
        </Alert>
      )}
    </>
  );
}
