import { Input, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import type { Comparison } from '../../../model/certificates.js';
import CheckField from '../../../parts/CheckField.js';
import Field from '../../../parts/Field.js';
import { errorTone, mutedTone, successTone, type Themed } from '../../../parts/tones.js';
import { useForm } from '../../form-context.js';

const LOOKS = {
  empty: { tone: mutedTone, shape: '' },
  incomplete: { tone: mutedTone, shape: '…' },
  match: { tone: successTone, shape: '✓' },
  differs: { tone: errorTone, shape: '✗' },
  weak: { tone: errorTone, shape: '✗' },
  unreadable: { tone: errorTone, shape: '✗' },
};

const Verdict = styled.p`
  min-height: 1.5em;
  margin: -${themeGet('space', 'lg')} 0 ${themeGet('space', 'lg')};
  color: ${(props: Themed & { $is: Comparison }) => LOOKS[props.$is].tone(props)};
  font-size: ${themeGet('fontSizes', 'sm')};
`;

interface Props {
  comparison: Comparison;
  typed: string;
  ticked: boolean;
  onType: (typed: string) => void;
  onTick: (ticked: boolean) => void;
}

/** A field that compares the fingerprint from the server's operator, or a checkbox to confirm a comparison by eye. */
export default function FingerprintCheck({ comparison, typed, ticked, onType, onTick }: Props): React.ReactElement {
  const { texts } = useForm();
  const isWrong = comparison === 'differs' || comparison === 'weak' || comparison === 'unreadable';
  return (
    <>
      <Field name="expectedFingerprint" label={texts.t('fingerprintExpected')} help={texts.t('help_fingerprintExpected')}>
        {(control) => (
          <Input
            {...control}
            aria-invalid={isWrong || undefined}
            value={typed}
            autoComplete="off"
            spellCheck={false}
            style={{ fontFamily: 'monospace' }}
            onChange={(event: React.ChangeEvent<HTMLInputElement>) => onType(event.target.value)}
          />
        )}
      </Field>
      <Verdict $is={comparison} role="status" data-testid="comparison" data-state={comparison}>
        {comparison !== 'empty' && (
          <>
            <span aria-hidden="true">{LOOKS[comparison].shape} </span>
            {texts.t(`fingerprint_${comparison}`)}
          </>
        )}
      </Verdict>
      <CheckField
        id="fingerprintCompared"
        label={texts.t('fingerprintCompared')}
        checked={ticked}
        disabled={comparison !== 'empty'}
        onChange={onTick}
      />
    </>
  );
}
