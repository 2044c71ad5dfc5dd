import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { mutedTone, readOnlyTone } from './tones.js';
import type { Texts } from './use-texts.js';

/** The providers' pages about app passwords. */
const PAGES = {
  Google: 'https://support.google.com/accounts/answer/185833',
  Microsoft: 'https://support.microsoft.com/account-billing/5896ed9b-4263-e681-128a-a6f2979a7944',
  Yahoo: 'https://help.yahoo.com/kb/SLN15241.html',
  Apple: 'https://support.apple.com/102654',
};

const Help = styled.details`
  color: ${mutedTone};
  font-size: ${themeGet('fontSizes', 'sm')};
  line-height: 1.6;
  & summary {
    cursor: pointer;
  }
  & a {
    margin-right: ${themeGet('space', 'lg')};
    color: ${readOnlyTone};
  }
`;

/** An explanation of app passwords, with links to the large providers. */
export default function AppPasswordHelp({ texts }: { texts: Texts }): React.ReactElement {
  return (
    <Help>
      <summary>{texts.t('appPasswordTitle')}</summary>
      <p>{texts.t('appPasswordText')}</p>
      {Object.entries(PAGES).map(([provider, href]) => (
        <a key={provider} href={href} target="_blank" rel="noopener noreferrer">
          {provider}
        </a>
      ))}
    </Help>
  );
}
