import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import type { AuthMethod } from '../model/types.js';
import RadioCards from '../parts/RadioCards.js';
import { useForm } from './form-context.js';

const Frame = styled.div`
  margin-bottom: ${themeGet('space', 'xl')};
`;

const ORDER: Record<string, AuthMethod[]> = { generic: ['password', 'oauth2'], ms_graph: ['oauth2', 'password'] };

/** With a password, or as an app of Microsoft 365. A person's password for Graph is there only where the host allows it. */
export default function AuthMethodCards(): React.ReactElement {
  const { draft, set, errors, settings, readOnly, texts } = useForm();
  const isGraph = draft.type === 'ms_graph';
  const prefix = isGraph ? 'graphAuth' : 'auth';
  return (
    <Frame>
      <RadioCards
        name="authMethod"
        label={texts.property('authMethod')}
        cards={ORDER[draft.type]!.map((value) => ({
          value,
          label: texts.label(isGraph ? `graphAuth_${value}` : `authMethod_${value}`),
          help: texts.t(`${prefix}_${value}`),
          isClosed: isGraph && value === 'password' && !settings.allowPasswordGrant,
          isInsecure: isGraph && value === 'password',
        }))}
        value={draft.authMethod}
        readOnly={readOnly}
        error={errors.authMethod && texts.error('authMethod', errors.authMethod)}
        onChange={(authMethod) => set({ authMethod })}
      />
    </Frame>
  );
}
