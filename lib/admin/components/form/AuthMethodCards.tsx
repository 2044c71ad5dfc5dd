import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import RadioCards from '../parts/RadioCards.js';
import { kindOf } from './kinds/index.js';
import { useForm } from './form-context.js';

const Frame = styled.div`
  margin-bottom: ${themeGet('space', 'xl')};
`;

/** Cards for the ways of signing in that the kind of configuration has. */
export default function AuthMethodCards(): React.ReactElement {
  const { draft, set, errors, settings, readOnly, texts } = useForm();
  const kind = kindOf(draft.type);
  const cards = kind.authMethods.map((value) => {
    const { label, help, ...state } = kind.authCard(value, settings);
    return { value, label: texts.label(label), help: texts.t(help), ...state };
  });
  return (
    <Frame>
      <RadioCards
        name="authMethod"
        label={texts.property('authMethod')}
        cards={cards}
        value={draft.authMethod}
        readOnly={readOnly}
        error={errors.authMethod && texts.error('authMethod', errors.authMethod)}
        onChange={(authMethod) => set({ authMethod })}
      />
    </Frame>
  );
}
