import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useState } from 'react';
import { CERTIFICATE_NAMES, SECRET_COLUMNS } from '../../../shared/config-fields.js';
import type { ScreenSettings } from '../../../shared/smtp-config.js';
import { valueLines } from '../history/entry-values.js';
import { useHistoryTexts } from '../history/use-history-texts.js';
import type { Conflict, FormField } from '../model/conflict.js';
import type { Draft } from '../model/draft.js';
import Alert from '../parts/Alert.js';
import Button from '../parts/Button.js';
import type { Texts } from '../parts/use-texts.js';

const Choices = styled.div`
  display: grid;
  gap: ${themeGet('space', 'default')};
  max-height: 30vh;
  margin: ${themeGet('space', 'default')} 0;
  overflow: auto;
  & fieldset {
    display: flex;
    flex-wrap: wrap;
    gap: 0 ${themeGet('space', 'lg')};
    min-width: 0;
    margin: 0;
    padding: ${themeGet('space', 'xs')};
    border: 0;
  }
  & legend {
    float: left;
    min-width: 120px;
    margin-right: ${themeGet('space', 'default')};
    padding: 0;
    font-weight: ${themeGet('fontWeights', 'bold')};
  }
  & label {
    display: inline-flex;
    gap: ${themeGet('space', 'sm')};
    align-items: baseline;
    min-height: 24px;
    min-width: 0;
    overflow-wrap: anywhere;
    cursor: pointer;
  }
  & input {
    flex: none;
    accent-color: ${themeGet('colors', 'primary100')};
  }
`;

/** Fields whose values are not shown: secrets, and certificates, because a PEM says nothing to a person. */
const UNSHOWN: readonly FormField[] = [...SECRET_COLUMNS, ...CERTIFICATE_NAMES];

type Side = 'mine' | 'theirs';

interface Props {
  texts: Texts;
  settings: ScreenSettings;
  /** Null if it could not be loaded. */
  conflict: (Conflict & { mine: Draft; theirs: Draft }) | null;
  /** Loads the other version. Keeps the changes made here, except those to the given fields; without a list, discards them. */
  onReload: (how: 'keep' | 'drop', given?: FormField[]) => void;
}

/** The report of an edit conflict: the people who saved other changes, and a choice of values for each field that both changed. */
export default function EditConflictAlert({ texts, settings, conflict, onReload }: Props): React.ReactElement {
  const words = useHistoryTexts(settings);
  const [chosen, setChosen] = useState<Partial<Record<FormField, Side>>>({});
  const { both = [], others = [], people = {}, everybody = [] } = conflict ?? {};
  const sideOf = (field: FormField): Side => chosen[field] ?? 'mine';
  const shown = (draft: Draft, field: FormField): string => {
    if (UNSHOWN.includes(field)) return texts.t('conflictNewValue');
    const value = draft[field];
    return valueLines(field, value, words).join(', ') || texts.t('conflictEmpty');
  };
  const actions = (
    <>
      <Button
        type="button"
        size="sm"
        variant="outlined"
        onClick={() =>
          onReload(
            'keep',
            both.filter((field) => sideOf(field) === 'theirs'),
          )
        }
      >
        {texts.button(both.length > 0 ? 'useChosenValues' : 'reloadKeeping')}
      </Button>
      <Button type="button" size="sm" variant="text" onClick={() => onReload('drop')}>
        {texts.button('reload')}
      </Button>
    </>
  );
  return (
    <Alert tone="error" testId="stale" actions={actions}>
      <p>{everybody.length > 0 ? texts.t('staleBy', { people: everybody.join(', ') }) : texts.t('stale')}</p>
      {conflict && both.length > 0 && (
        <>
          <p>{texts.t('staleBoth')}</p>
          <Choices>
            {both.map((field) => (
              <fieldset key={field} data-conflict={field}>
                <legend>{texts.property(field)}</legend>
                {(['mine', 'theirs'] as const).map((side) => (
                  <label key={side} htmlFor={`conflict-${field}-${side}`}>
                    <input
                      type="radio"
                      id={`conflict-${field}-${side}`}
                      name={`conflict-${field}`}
                      value={side}
                      checked={sideOf(field) === side}
                      onChange={() => setChosen((now) => ({ ...now, [field]: side }))}
                    />
                    {side === 'mine'
                      ? texts.t('conflictMine', { value: shown(conflict.mine, field) })
                      : texts.t('conflictTheirs', {
                          person: people[field] ?? everybody[0] ?? texts.t('conflictSomeone'),
                          value: shown(conflict.theirs, field),
                        })}
                  </label>
                ))}
              </fieldset>
            ))}
          </Choices>
        </>
      )}
      {others.length > 0 && <p>{texts.t('staleOthers', { fields: others.map(texts.property).join(', ') })}</p>}
      <p>{texts.t(both.length > 0 ? 'staleThenSave' : 'staleKept')}</p>
    </Alert>
  );
}
