import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { shownMethods } from '../model/help.js';
import RadioCards from '../parts/RadioCards.js';
import { kindOf } from './kinds/index.js';
import { useForm } from './form-context.js';

const Frame = styled.div`
  margin: ${themeGet('space', 'default')} 0 ${themeGet('space', 'lg')};
`;

/** Cards for the login methods that the kind and the provider have; nothing if there is no choice. */
export default function AuthMethodCards(): React.ReactElement | null {
  const { draft, set, errors, settings, texts } = useForm();
  const kind = kindOf(draft.type);
  const methods = shownMethods(draft, settings);
  if (methods.length === 0) return null;
  const cards = methods.map((value) => {
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
        error={errors.authMethod && texts.error('authMethod', errors.authMethod)}
        onChange={(authMethod) => set({ authMethod })}
      />
    </Frame>
  );
}
