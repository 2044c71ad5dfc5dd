import React from 'react';
import { useForm } from '../../form-context.js';
import type { Preset } from './presets/preset.js';

/** The link to the provider's page about its login. */
export default function ProviderLink({ preset }: { preset: Preset }): React.ReactElement {
  const { texts } = useForm();
  return (
    <a href={preset.help ?? preset.source} target="_blank" rel="noopener noreferrer">
      {texts.t('providerPage', { provider: preset.name })}
    </a>
  );
}
