import { Input } from '@adminjs/design-system';
import React, { type ChangeEvent } from 'react';
import Field from '../../../parts/Field.js';
import { useForm } from '../../form-context.js';
import type { Provider } from './use-provider.js';

/** The choice of a data center, for a provider that has several; each has its own host. */
export default function RegionField({ provider }: { provider: Provider }): React.ReactElement | null {
  const { texts } = useForm();
  const { preset, region, choose } = provider;
  if (!preset?.regions) return null;
  const { id, regions } = preset;
  return (
    <Field name="providerRegion" label={texts.t('providerRegion')} help={texts.firstOf([`preset_${id}_region`, 'help_providerRegion'])}>
      {(control) => (
        <Input
          {...control}
          as="select"
          value={region?.id}
          onChange={(event: ChangeEvent<HTMLInputElement>) =>
            choose(
              preset,
              regions.find((candidate) => candidate.id === event.target.value),
            )
          }
        >
          {regions.map((candidate) => (
            <option key={candidate.id} value={candidate.id}>
              {candidate.label}
            </option>
          ))}
        </Input>
      )}
    </Field>
  );
}
