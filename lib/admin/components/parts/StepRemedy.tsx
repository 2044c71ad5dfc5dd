import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import type { ConnectionOffer, TestStep } from '../../../shared/connection-test.js';
import { isCertificateProblem } from '../model/steps.js';
import AppPasswordHelp from './AppPasswordHelp.js';
import Button from './Button.js';
import type { Texts } from './use-texts.js';

/** The remedies that a page offers for a failed step. */
export interface Remedies {
  /** True if a refused login may need an app password. */
  appPasswords: boolean;
  hasField: (field: string) => boolean;
  /** Focuses a field of this page. */
  goTo?: (field: string) => void;
  /** Returns the URL of the form with that field, if it is another page. */
  hrefOf?: (field: string) => string;
  /** Shows the field for a private CA, if there is one. */
  showCaField?: () => void;
  /** Applies a security setting and port to the form; returns true if they can be tested immediately. Missing without a form. */
  use?: (offer: ConnectionOffer) => boolean;
}

const Actions = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'default')};
  margin: ${themeGet('space', 'default')} 0;
`;

interface Props {
  step: TestStep;
  texts: Texts;
  remedies: Remedies;
  onUse: (offer: ConnectionOffer) => void;
}

/** The remedy for a failed step: another security setting and port, the field to fix, or help about app passwords. */
export default function StepRemedy({ step, texts, remedies, onUse }: Props): React.ReactElement {
  const { field, offer } = step;
  const { showCaField, hasField, goTo, hrefOf, use } = remedies;
  const canShowCaField = showCaField && isCertificateProblem(step);
  const leads = field && !canShowCaField && hasField(field) ? field : undefined;
  const href = leads && hrefOf?.(leads);
  return (
    <>
      {(canShowCaField || leads || (offer && use)) && (
        <Actions>
          {offer && use && (
            <Button type="button" size="sm" variant="contained" data-testid="use-offer" onClick={() => onUse(offer)}>
              {texts.t('useOffer', { security: texts.label(`securityShort_${offer.security}`), port: offer.port })}
            </Button>
          )}
          {canShowCaField && (
            <Button type="button" size="sm" variant="outlined" onClick={showCaField}>
              {texts.button('addPrivateCa')}
            </Button>
          )}
          {leads && (
            <Button
              {...(href ? { as: 'a', href } : { type: 'button', onClick: () => goTo?.(leads) })}
              size="sm"
              variant="outlined"
              data-testid="go-to-field"
            >
              {texts.t('goToField', { field: texts.property(leads) })}
            </Button>
          )}
        </Actions>
      )}
      {step.name === 'auth' && remedies.appPasswords && (!step.reason || field === 'password') && <AppPasswordHelp texts={texts} />}
    </>
  );
}
