import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useEffect, useRef, type ReactNode } from 'react';
import type { SecretColumn } from '../../../shared/config-fields.js';
import { STORED } from '../../../shared/secrets.js';
import { destinationFields } from '../model/payload.js';
import { secretHelp, secretPlaceholder } from '../model/help.js';
import { secretRule, wantsAppPassword } from '../model/rules.js';
import { secretDraft, secretFields } from '../model/secret.js';
import AppPasswordHelp from '../parts/AppPasswordHelp.js';
import Button from '../parts/Button.js';
import Field from '../parts/Field.js';
import SecretInput from '../parts/SecretInput.js';
import SecretBadge from '../parts/SecretBadge.js';
import { quietSurface, type Themed } from '../parts/tones.js';
import { useSecretCheck } from '../parts/use-secret-check.js';
import VisuallyHidden from '../parts/VisuallyHidden.js';
import { useForm } from './form-context.js';

const Below = styled.div`
  margin: -${themeGet('space', 'default')} 0 ${themeGet('space', 'lg')};
  & > button {
    margin-bottom: ${themeGet('space', 'default')};
  }
`;

const Reference = styled.div`
  padding: ${themeGet('space', 'lg')};
  border: 1px solid ${(props: Themed & { $invalid: boolean }) => props.theme.colors[props.$invalid ? 'error' : 'inputBorder']};
  border-radius: ${themeGet('space', 'sm')};
  background: ${quietSurface};
  line-height: 1.45;
  overflow-wrap: anywhere;
  & code {
    font-family: monospace;
    font-size: ${themeGet('fontSizes', 'default')};
  }
  & > footer {
    display: flex;
    flex-wrap: wrap;
    gap: ${themeGet('space', 'default')};
    margin-top: ${themeGet('space', 'default')};
  }
`;

interface Props {
  column: SecretColumn;
  /** The provider's text about the secret, which replaces the help about app passwords. */
  hint?: ReactNode;
}

/**
 * A secret: entered, then never shown again and kept if left empty, or chosen from a source. It is required again if its
 * destination changes.
 */
export default function SecretField({ column, hint }: Props): React.ReactElement {
  const { resourceId, draft, start, set, saved, settings, errors, addSecret, texts } = useForm();
  const rule = secretRule(column, draft, saved, settings);
  const { typed, source, ref } = secretDraft(draft, column);
  const before = saved?.secrets[column];
  const key = ref || (before?.source === source ? before.ref : '');
  const sourceLabel = settings.secretSources.find(({ id }) => id === source)?.label;
  const isReadable = rule === 'chosen' || rule === 'referenced';
  const check = useSecretCheck(resourceId, isReadable ? { ...destinationFields(draft, settings), source, key, field: column } : null);
  const label = texts.property(column);
  /** The element to focus after a change that removes the pressed button. */
  const toFocus = useRef('');
  useEffect(() => {
    if (toFocus.current) document.getElementById(toFocus.current)?.focus();
    toFocus.current = '';
  }, [source, ref]);

  const isMoved = rule === 'moved' || (rule === 'changed' && !typed);
  const moved = isMoved ? texts.error(column, { type: source === STORED ? 'destination_changed' : 'choose_again' }) : '';
  const error = moved || (errors[column] && texts.error(column, errors[column]));
  const announced = <VisuallyHidden role="status">{moved}</VisuallyHidden>;

  if (source !== STORED) {
    const isChanged = ref !== '' || source !== start[`${column}Source`];
    const isSaved = before !== undefined && (before.has || before.ref !== '');
    const back = isChanged && isSaved ? 'keepSaved' : isSaved ? '' : 'typeInstead';
    return (
      <>
        <Field
          name={column}
          label={label}
          isGroup
          required
          error={error}
          help={sourceLabel ? texts.t('secretReadWhenSent') : texts.t('secretSourceMissing')}
        >
          {({ id, ...control }) => (
            <Reference
              $invalid={!!error}
              id={id}
              role="group"
              aria-labelledby={`${id}-label`}
              aria-describedby={control['aria-describedby']}
            >
              <p>
                {sourceLabel ?? source}: <code>{key}</code>
              </p>
              <SecretBadge check={check} texts={texts} />
              <footer>
                <Button
                  type="button"
                  size="sm"
                  variant="outlined"
                  id={`${column}-choose`}
                  data-invalid={error ? true : undefined}
                  onClick={() => addSecret(column)}
                >
                  {texts.button(isMoved ? 'chooseAgain' : 'chooseSecret')}
                </Button>
                {back && (
                  <Button
                    type="button"
                    size="sm"
                    variant="text"
                    onClick={() => {
                      toFocus.current = back === 'typeInstead' ? column : `${column}-choose`;
                      set(secretFields(column, back === 'keepSaved' ? secretDraft(start, column) : { typed: '', source: STORED, ref: '' }));
                    }}
                  >
                    {texts.button(back)}
                  </Button>
                )}
              </footer>
            </Reference>
          )}
        </Field>
        {announced}
      </>
    );
  }

  const isUnavailable = rule === 'unavailable';
  const placeholder = before?.has ? secretPlaceholder(column, rule) : undefined;
  return (
    <>
      <Field
        name={column}
        label={label}
        error={error}
        help={
          <>
            {hint && (
              <>
                {hint}
                <br />
              </>
            )}
            {texts.firstOf(secretHelp(column, rule))}
          </>
        }
        required={rule !== 'kept' && !isUnavailable}
      >
        {(control) => (
          <SecretInput
            column={column}
            texts={texts}
            control={control}
            value={typed}
            disabled={isUnavailable}
            placeholder={placeholder && texts.t(placeholder)}
            onChange={(value) => set({ [column]: value })}
          />
        )}
      </Field>
      {announced}
      <Below>
        {settings.secretSources.length > 0 && (
          <Button type="button" size="sm" variant="outlined" id={`${column}-choose`} onClick={() => addSecret(column)}>
            {texts.button(`${column}FromVault`)}
          </Button>
        )}
        {column === 'password' && !hint && rule !== 'kept' && !isUnavailable && wantsAppPassword(draft) && (
          <AppPasswordHelp texts={texts} />
        )}
      </Below>
    </>
  );
}
