import { Input, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useEffect, useState, type KeyboardEvent } from 'react';
import type { SecretChoice } from '../../../shared/secrets.js';
import Alert from './Alert.js';
import Button from './Button.js';
import Field from './Field.js';
import SecretOptions, { optionId } from './SecretOptions.js';
import { mutedTone } from './tones.js';
import { useSecretChoices } from './use-secret-choices.js';
import type { Texts } from './use-texts.js';

const Status = styled.p`
  min-height: 1.45em;
  margin-top: ${themeGet('space', 'sm')};
  color: ${mutedTone};
  font-size: ${themeGet('fontSizes', 'sm')};
  line-height: 1.45;
`;

interface Props {
  texts: Texts;
  resourceId: string;
  source: string;
  /** The chosen key; empty for none. */
  value: string;
  error: string;
  onChoose: (key: string) => void;
}

/** A searchable list of a source's secrets. Arrow keys move, Enter chooses, Esc closes the list. */
export default function SecretPicker({ texts, resourceId, source, value, error, onChoose }: Props): React.ReactElement {
  const [typed, setTyped] = useState<string | null>(null);
  const [isOpen, setOpen] = useState(!value);
  const [active, setActive] = useState(-1);
  const [chosenLabel, setChosenLabel] = useState(value);
  const search = (typed ?? '').trim();
  const { choices, hasMore, loading, problem, failure, reload } = useSecretChoices(resourceId, source, search);
  const isFailed = !loading && (failure !== undefined || problem !== undefined);
  // A source that cannot list its keys may still have this one; the server decides whether it may be used.
  const asTyped: SecretChoice[] = problem !== undefined && search ? [{ key: search, label: search, hint: texts.t('secretAsTyped') }] : [];
  const options = choices.length ? choices : asTyped;

  useEffect(() => {
    if (active >= 0) document.getElementById(optionId(active))?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const close = (): void => {
    setOpen(false);
    setActive(-1);
    setTyped(null);
  };
  const choose = ({ key, label }: SecretChoice): void => {
    onChoose(key);
    setChosenLabel(label);
    close();
  };
  // The button disappears with the error.
  const retry = (): void => {
    reload();
    setOpen(true);
    document.getElementById('secretValue')?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setOpen(true);
      if (options.length) setActive(isOpen ? (active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length : 0);
    } else if (event.key === 'Enter' && isOpen && options[active]) {
      event.preventDefault();
      choose(options[active]);
    } else if (event.key === 'Escape' && isOpen && value) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  };

  const state = loading
    ? texts.t('secretsLoading')
    : choices.length
      ? texts.t(hasMore ? 'secretsMore' : 'secretsFound', { count: choices.length })
      : isFailed
        ? ''
        : texts.t(search ? 'secretsNone' : 'secretsEmpty');
  return (
    <>
      <Field name="secretValue" label={texts.t('secretValue')} error={error} required>
        {(control) => (
          <>
            <Input
              {...control}
              role="combobox"
              aria-expanded={isOpen}
              aria-controls="secretValue-list"
              aria-autocomplete="list"
              aria-activedescendant={isOpen && options[active] ? optionId(active) : undefined}
              autoComplete="off"
              spellCheck={false}
              placeholder={texts.t('secretSearch')}
              value={typed ?? (value && chosenLabel)}
              onChange={(event: React.ChangeEvent<HTMLInputElement>) => {
                setTyped(event.target.value);
                setActive(-1);
                setOpen(true);
              }}
              onClick={() => setOpen(true)}
              onBlur={() => value && close()}
              onKeyDown={onKeyDown}
            />
            <SecretOptions
              texts={texts}
              options={options}
              active={active}
              value={value}
              loading={loading}
              hidden={!isOpen || options.length === 0}
              onChoose={choose}
            />
            <Status role="status" hidden={!isOpen}>
              {state}
            </Status>
          </>
        )}
      </Field>
      {isFailed && (
        <Alert
          tone="error"
          testId="secrets-failed"
          actions={
            <Button type="button" size="sm" variant="outlined" onClick={retry}>
              {texts.button('retry')}
            </Button>
          }
        >
          {problem ?? texts.problem(failure)}
        </Alert>
      )}
    </>
  );
}
