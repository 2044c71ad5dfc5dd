import { Label, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { fieldOf } from '../../../shared/config-fields.js';
import type { Activity } from '../../../shared/smtp-config.js';
import CheckField from '../parts/CheckField.js';
import { Help, Problem } from '../parts/Field.js';
import LockedNote from '../parts/LockedNote.js';
import ChipsField from './ChipsField.js';
import { useForm } from './form-context.js';
import Group, { Pair } from './Group.js';

const Choices = styled.div`
  & > #copyActivities-label {
    color: ${themeGet('colors', 'text')};
    font-size: ${themeGet('fontSizes', 'default')};
  }
`;

const Types = styled.div`
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(200px, 100%), 1fr));
  gap: 0 ${themeGet('space', 'lg')};
`;

/** The group of CC and BCC, and the email types that they apply to. */
export default function CopiesGroup(): React.ReactElement {
  const { draft, set, settings, errors, texts } = useForm();
  const ticked = draft.copyActivities;
  const undeclared: Activity[] = ticked
    .filter((key) => !settings.activities.some((activity) => activity.key === key))
    .map((key) => ({ key, label: texts.t('activityUndeclared', { key }), sensitive: false }));
  const toggle = (key: string, on: boolean): void =>
    set({ copyActivities: on ? [...ticked, key] : ticked.filter((other) => other !== key) });
  const nobody = (draft.cc.length > 0 || draft.bcc.length > 0) && ticked.length === 0;
  const error = Object.entries(errors).find(([field]) => fieldOf(field) === 'copyActivities')?.[1];
  // Without recipients of copies, there is nothing to choose.
  const hasChoice = draft.cc.length > 0 || draft.bcc.length > 0 || ticked.length > 0 || error !== undefined;
  return (
    <Group title={texts.t('groupCopies')}>
      <Pair $even>
        <ChipsField name="cc" />
        <ChipsField name="bcc" />
      </Pair>
      {hasChoice && (
        <Choices role="group" aria-labelledby="copyActivities-label" aria-describedby="copyActivities-help">
          <Label as="div" id="copyActivities-label">
            {texts.property('copyActivities')}
          </Label>
          <Help id="copyActivities-help" style={{ margin: '0 0 8px' }}>
            {texts.t('help_copyActivities')}
          </Help>
          <Types>
            {[...settings.activities, ...undeclared].map(({ key, label, sensitive }) => (
              <CheckField
                key={key}
                id={`copyActivities-${key}`}
                name="copyActivities"
                value={key}
                label={label}
                checked={ticked.includes(key)}
                disabled={sensitive && !ticked.includes(key)}
                help={sensitive ? <LockedNote>{texts.t('activitySensitive')}</LockedNote> : undefined}
                onChange={(on) => toggle(key, on)}
              />
            ))}
          </Types>
          {nobody && <Problem role="status">▲ {texts.t('noCopies')}</Problem>}
          {error && <Problem role="alert">✗ {texts.error('copyActivities', error)}</Problem>}
        </Choices>
      )}
    </Group>
  );
}
