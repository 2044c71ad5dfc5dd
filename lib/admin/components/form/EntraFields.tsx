import { Input } from '@adminjs/design-system';
import React from 'react';
import { neededSecrets } from '../model/rules.js';
import Field from '../parts/Field.js';
import { useForm } from './form-context.js';
import SecretField from './SecretField.js';
import TextField from './TextField.js';

/** The fields of a sign-in at Microsoft: the mailbox, the user's password if it is used, and the app. */
export default function EntraFields(): React.ReactElement {
  const { draft, set, errors, settings, texts } = useForm();
  const { graphClouds, defaultCloud } = settings;
  const cloud = draft.graphCloud || defaultCloud;
  // A cloud that the application no longer offers stays visible, because it has to be changed.
  const clouds = graphClouds.some(({ id }) => id === cloud) ? graphClouds : [...graphClouds, { id: cloud, label: cloud }];
  return (
    <>
      <TextField name="username" label={texts.t('mailbox')} help={texts.t('help_mailbox')} required placeholder="billing@example.com" />
      {neededSecrets(draft, settings).includes('password') && <SecretField column="password" />}
      <TextField name="tenantId" required placeholder="72f988bf-86f1-41af-91ab-2d7cd011db47" />
      <TextField name="clientId" required placeholder="72f988bf-86f1-41af-91ab-2d7cd011db47" />
      <SecretField column="clientSecret" />
      {clouds.length > 1 && (
        <Field
          name="graphCloud"
          label={texts.property('graphCloud')}
          help={texts.t('help_graphCloud')}
          error={errors.graphCloud && texts.error('graphCloud', errors.graphCloud)}
        >
          {(control) => (
            <Input
              {...control}
              as="select"
              value={cloud}
              onChange={(event: React.ChangeEvent<HTMLInputElement>) => set({ graphCloud: event.target.value })}
            >
              {clouds.map(({ id, label }) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </Input>
          )}
        </Field>
      )}
    </>
  );
}
