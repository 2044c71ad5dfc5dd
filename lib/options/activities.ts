import { CONFIG_FIELDS } from '../shared/config-fields.js';
import { GENERAL_ACTIVITY } from '../message/check-message.js';
import { badOption, type Check, checkOptions, flag, label, optional, shown } from './option-checker.js';
import type { Activity } from '../shared/smtp-config.js';

/** A type of email that the application declares. */
export interface ActivityOptions {
  /** At most 64 letters, digits, `_`, `-` and `.`. Stored in rows: keep it when you change the label. `general` is built in. */
  key: string;
  /** Shown to admins. @default the key */
  label?: string;
  /** Never copies mail of this type to CC or BCC, never shows it, and deletes its content when it is final. @default false */
  sensitive?: boolean;
}

/** The most activities that a configuration's form can list. */
const MAX_ACTIVITIES = CONFIG_FIELDS.copyActivities.maxEntries;
const KEY = /^[\w.-]{1,64}$/;

/** Checks the option `activities`. Returns the built-in `general` first. */
export const activities: Check<Activity[]> = (list, option) => {
  if (!Array.isArray(list)) throw badOption(option, 'is not a list', "Pass [{ key: 'invoice', label: 'Invoices' }].");
  if (list.length > MAX_ACTIVITIES) throw badOption(option, `has ${list.length} entries`, `Declare at most ${MAX_ACTIVITIES}.`);
  const seen = new Set([GENERAL_ACTIVITY]);
  const declared = Array.from(list as unknown[], (activity, index) => {
    const checked = activityOf(activity, `${option}[${index}]`);
    const { key } = checked;
    // Some databases ignore the case of a key.
    if (seen.has(key.toLowerCase()))
      throw badOption(
        `${option}[${index}].key`,
        `is listed twice: ${shown(key)}`,
        key.toLowerCase() === GENERAL_ACTIVITY ? 'It is built in: leave it out.' : 'Declare each key once.',
      );
    seen.add(key.toLowerCase());
    return checked;
  });
  return [{ key: GENERAL_ACTIVITY, label: 'Everything else', sensitive: false }, ...declared];
};

function activityOf(given: unknown, option: string): Activity {
  const { label: text, ...checked } = checkOptions<Omit<Activity, 'label'> & { label: string | undefined }>(
    given ?? {},
    { key: [activityKey, undefined], label: [optional(label), undefined], sensitive: [flag, false] },
    option,
  );
  return { ...checked, label: text ?? checked.key };
}

function activityKey(value: unknown, option: string): string {
  if (typeof value === 'string' && KEY.test(value)) return value;
  throw badOption(option, `is malformed: ${shown(value)}`, 'Use up to 64 letters, digits, "_", "-" and ".".');
}

/** Returns the keys of the activities whose mail is sensitive. */
export function sensitiveKeys({ activities: declared }: { activities: readonly Activity[] }): ReadonlySet<string> {
  return new Set(declared.filter(({ sensitive }) => sensitive).map(({ key }) => key));
}
