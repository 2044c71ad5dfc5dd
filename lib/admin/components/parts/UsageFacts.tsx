import React from 'react';
import type { Activity, ConfigUsage } from '../../../shared/smtp-config.js';
import type { Texts } from './use-texts.js';

interface Props {
  texts: Texts;
  /** The prefix of the texts, by the action to confirm. */
  before: 'delete' | 'disable';
  usage: Pick<ConfigUsage, 'isDefault' | 'usedBy'> & Partial<ConfigUsage>;
  /** True if the number of waiting messages could not be loaded. */
  failed: boolean;
  activities: Activity[];
}

/** Returns the label of an activity; its key if it is no longer declared. */
export const activityLabel = (key: string, activities: Activity[]): string =>
  activities.find((activity) => activity.key === key)?.label ?? key;

/** Returns the labels of activities. */
export const activityLabels = (keys: string[], activities: Activity[]): string =>
  keys.map((key) => activityLabel(key, activities)).join(', ');

/** Everything that would lose its configuration: the default, email types, and waiting messages. */
export default function UsageFacts({ texts, before, usage, failed, activities }: Props): React.ReactElement {
  const { isDefault, usedBy, waiting = 0, waitingForDefault = 0 } = usage;
  const counted = (key: string, count: number): string[] => (count > 0 ? [texts.t(count === 1 ? `${key}One` : key, { count })] : []);
  const sentences = [
    ...(isDefault ? [texts.t(`${before}Default`)] : []),
    ...(usedBy.length > 0 ? [texts.t(`${before}Used`, { activities: activityLabels(usedBy, activities) })] : []),
    ...counted(`${before}Waiting`, waiting - waitingForDefault),
    ...counted(`${before}WaitingDefault`, waitingForDefault),
    ...(failed ? [texts.t('usageFailed')] : []),
  ];
  return (
    <>
      {sentences.map((sentence) => (
        <p key={sentence}>
          {before === 'delete' && <span aria-hidden="true">▲ </span>}
          {sentence}
        </p>
      ))}
    </>
  );
}
