import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { fingerprintGroups } from '../model/certificates.js';

const Groups = styled.code`
  display: flex;
  flex-wrap: wrap;
  gap: 0 ${(props: { $large: boolean }) => (props.$large ? '24px' : '12px')};
  max-width: ${(props: { $large: boolean }) => (props.$large ? '300px' : 'none')};
  font-family: monospace;
  font-size: ${(props: { $large: boolean }) => (props.$large ? themeGet('fontSizes', 'lg') : themeGet('fontSizes', 'sm'))};
  line-height: 1.7;
`;

/** A fingerprint in groups, so that two people can compare it over the phone. */
export default function Fingerprint({ value, large = false }: { value: string; large?: boolean }): React.ReactElement {
  return (
    <Groups $large={large} data-testid="fingerprint" data-value={value}>
      {fingerprintGroups(value).map((group, index) => (
        <span key={index}>{group}</span>
      ))}
    </Groups>
  );
}
