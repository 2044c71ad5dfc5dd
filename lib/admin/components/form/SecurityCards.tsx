import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { SECURITY_PORTS, withSecurity } from '../model/rules.js';
import type { Security } from '../model/types.js';
import { Problem } from '../parts/Field.js';
import { focusRing, mutedTone, quietSurface, warningTone } from '../parts/tones.js';
import { useForm } from './form-context.js';

const Cards = styled.div`
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(180px, 1fr));
  gap: ${themeGet('space', 'lg')};
`;

const Card = styled.label`
  display: grid;
  grid-template-columns: auto 1fr;
  gap: ${themeGet('space', 'sm')} ${themeGet('space', 'default')};
  align-content: start;
  padding: ${themeGet('space', 'lg')};
  border: 1px solid ${themeGet('colors', 'inputBorder')};
  border-radius: ${themeGet('space', 'sm')};
  cursor: pointer;
  line-height: 1.4;
  & > input {
    accent-color: ${themeGet('colors', 'primary100')};
    align-self: start;
    margin: 3px 0 0;
  }
  & > strong {
    font-weight: ${themeGet('fontWeights', 'bold')};
  }
  & > span {
    grid-column: 2;
    color: ${mutedTone};
    font-size: ${themeGet('fontSizes', 'sm')};
  }
  &:has(input:checked) {
    border-color: ${themeGet('colors', 'primary100')};
    box-shadow: inset 0 0 0 1px ${themeGet('colors', 'primary100')};
    background: ${quietSurface};
  }
  &[data-insecure]:has(input:checked) {
    border-color: ${warningTone};
    box-shadow: inset 0 0 0 1px ${warningTone};
    & > strong,
    & > span {
      color: ${warningTone};
    }
  }
  &:has(input:disabled) {
    cursor: default;
  }
  &:has(input:disabled:not(:checked)) > strong {
    color: ${mutedTone};
  }
  &:has(input:focus-visible) {
    ${focusRing}
  }
`;

const KINDS: Security[] = ['starttls', 'tls', 'none'];

/** The three kinds of security as cards, each with its consequence and its port. */
export default function SecurityCards(): React.ReactElement {
  const { draft, set, errors, readOnly, settings, texts } = useForm();
  const error = errors.security;
  return (
    <>
      <Cards
        role="radiogroup"
        aria-label={texts.property('security')}
        aria-invalid={error ? true : undefined}
        aria-describedby={error && 'security-error'}
      >
        {KINDS.map((kind) => {
          const forbidden = kind === 'none' && !settings.allowPlaintext;
          return (
            <Card key={kind} htmlFor={`security-${kind}`} data-insecure={kind === 'none' || undefined}>
              <input
                type="radio"
                id={`security-${kind}`}
                name="security"
                value={kind}
                checked={draft.security === kind}
                disabled={readOnly || (forbidden && draft.security !== kind)}
                data-invalid={error && draft.security === kind ? true : undefined}
                aria-describedby={`security-${kind}-help`}
                onChange={() => set((now) => withSecurity(now, kind))}
              />
              <strong>{texts.label(`security_${kind}`)}</strong>
              <span id={`security-${kind}-help`}>
                {kind === 'none' && draft.security === 'none' && <span aria-hidden="true">⚠ </span>}
                {texts.t(forbidden ? 'securityForbidden' : `security_${kind}`)} {texts.t('usualPort', { port: SECURITY_PORTS[kind] })}
              </span>
            </Card>
          );
        })}
      </Cards>
      {error && (
        <Problem id="security-error">
          <span aria-hidden="true">✗ </span>
          {texts.error('security', error)}
        </Problem>
      )}
    </>
  );
}
