import { validateSync } from 'class-validator';
import { CONFIG_NAME } from '../message/check-message.js';
import { isPlainAddress, parseMailbox } from '../message/mailbox.js';
import { limitsOf } from '../shared/config-checks.js';
import {
  CONFIG_FIELDS,
  CONFIG_TYPES,
  type ConfigSettings,
  SETTING_NAMES,
  type SettingName,
  type SmtpConfigType,
  hasField,
} from '../shared/config-fields.js';
import type { FieldProblem } from '../shared/mail-error.js';
import { findKind } from './kinds/kinds.js';
import { type Rule, type Rules, Satisfies, rule } from './rule.js';

const mailboxes = (name: 'cc' | 'bcc'): Rule =>
  rule('mailbox', 'Enter one email address per entry.', (value) => {
    // A list that is too long is reported elsewhere, and not searched here.
    return Array.isArray(value) && (value.length > CONFIG_FIELDS[name].maxEntries || value.every(isMailbox));
  });

/** The rules for all kinds that the field table cannot express. */
const RULES: Rules = {
  name: [
    rule('name_format', 'Use 1 to 50 letters, digits and underscores.', (value) => typeof value === 'string' && CONFIG_NAME.test(value)),
  ],
  fromAddress: [
    rule('email', 'Enter one email address, such as no-reply@example.com.', (value) => value === null || isPlainAddress(value)),
    rule(
      'required',
      'Enter the From address: the user name is not an email address.',
      (value, { username }) => value !== null || isPlainAddress(username),
    ),
  ],
  replyTo: [rule('mailbox', 'Enter one email address.', (value) => value === null || isMailbox(value))],
  username: [rule('required', 'Enter the user name.', (value, { authRequired }) => value !== '' && (value !== null || !authRequired))],
  cc: [mailboxes('cc')],
  bcc: [mailboxes('bcc')],
};

/** The settings as class-validator checks them. */
class Settings {
  declare readonly type: unknown;

  constructor(settings: ConfigSettings) {
    Object.assign(this, settings);
  }
}

/** The settings of each kind, with its rules as decorators, and those of an unknown kind. */
const SETTINGS_OF = new Map<unknown, typeof Settings>(CONFIG_TYPES.map((type) => [type, settingsClass(type)]));
const SETTINGS_OF_NO_KIND = settingsClass(undefined);

function settingsClass(type: SmtpConfigType | undefined): typeof Settings {
  const KindSettings = class extends Settings {};
  const ofKind = findKind(type)?.rules ?? {};
  for (const name of SETTING_NAMES.filter((field) => hasField(type, field))) {
    const rules: readonly Rule[] = [...(RULES[name] ?? []), ...(ofKind[name] ?? []), ...limitsOf(name)];
    for (const each of rules) Satisfies(each)(KindSettings.prototype, name);
  }
  return KindSettings;
}

/** Returns the first problem of each field of a configuration; none if it may be stored. */
export function problemsOf(settings: ConfigSettings): Record<string, FieldProblem> {
  const KindSettings = SETTINGS_OF.get(settings.type) ?? SETTINGS_OF_NO_KIND;
  const errors = validateSync(new KindSettings(settings), { stopAtFirstError: true, forbidUnknownValues: false });
  return Object.fromEntries(
    errors.flatMap(({ property, constraints = {} }) => Object.entries(constraints).map(([code, message]) => [property, { code, message }])),
  );
}

/** Returns the problems of the named fields only. */
export function problemsAt(names: readonly SettingName[], settings: ConfigSettings): Record<string, FieldProblem> {
  const problems = problemsOf(settings);
  return Object.fromEntries(names.flatMap((name) => (problems[name] ? [[name, problems[name]]] : [])));
}

/** True for one mailbox, with or without a name. */
export function isMailbox(value: unknown): boolean {
  try {
    return typeof value === 'string' && value.length <= CONFIG_FIELDS.replyTo.maxLength && Boolean(parseMailbox(value, 'mailbox'));
  } catch {
    return false;
  }
}
