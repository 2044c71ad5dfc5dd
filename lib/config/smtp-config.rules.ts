import { CONFIG_NAME } from '../message/check-message.js';
import { isPlainAddress, parseMailbox } from '../message/mailbox.js';
import { limitProblem } from '../shared/config-checks.js';
import { CONFIG_FIELDS, type ConfigSettings, SETTING_NAMES, type SettingName, hasField } from '../shared/config-fields.js';
import type { FieldProblem } from '../shared/mail-error.js';
import { findKind } from './kinds/kinds.js';
import { type Rule, type Rules, rule } from './rule.js';

const mailboxes = (name: 'cc' | 'bcc'): Rule =>
  rule('mailbox', 'Enter one email address per entry.', (value) => {
    // Too long a list is a problem of its own, and is not looked through.
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

/** Returns the problems of a configuration by field, whoever writes it; none if it may be stored. */
export function problemsOf(settings: ConfigSettings): Record<string, FieldProblem> {
  const ofKind = findKind(settings.type)?.rules ?? {};
  const problemOf = (name: SettingName): FieldProblem | undefined => {
    const limits: Rule = (value) => limitProblem(name, value);
    for (const check of [...(RULES[name] ?? []), ...(ofKind[name] ?? []), limits]) {
      const problem = check(settings[name], settings);
      if (problem) return problem;
    }
    return undefined;
  };
  const problems: Record<string, FieldProblem> = {};
  for (const name of SETTING_NAMES.filter((field) => hasField(settings.type, field))) {
    const problem = problemOf(name);
    if (problem) problems[name] = problem;
  }
  return problems;
}

/** Returns the problems of some fields only. */
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
