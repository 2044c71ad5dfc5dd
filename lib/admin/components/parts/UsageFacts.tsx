import React from 'react';
import type { ActivityChoice } from '../model/types.js';
import type { Usage } from '../model/usage.js';
import type { Texts } from './use-texts.js';

interface Props {
  texts: Texts;
  /** What is about to be done to it. */
  before: 'delete' | 'disable';
  usage: Pick<Usage, 'isDefault' | 'usedBy'> & Partial<Usage>;
  /** What waits could not be found out. */
  failed: boolean;
  activities: ActivityChoice[];
}

/** The labels of activities. */
export const activityLabels = (keys: string[], activities: ActivityChoice[]): string =>
  keys.map((key) => activities.find((activity) => activity.key === key)?.label ?? key).join(', ');

/** What would be without a configuration: the default, kinds of mail, and messages that wait. */
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
