import type { ConfigSettings, SettingName } from '../shared/config-fields.js';
import type { FieldProblem } from '../shared/mail-error.js';

/** Checks the value of one setting, knowing the others. Returns the problem. */
export type Rule = (value: unknown, settings: ConfigSettings) => FieldProblem | undefined;

/** Rules by field, in the order in which they are checked. */
export type Rules = { readonly [Name in SettingName]?: readonly Rule[] };

/** Builds a rule from a condition: a code for programs, a sentence for people. */
export const rule =
  (code: string, message: string, isValid: (value: unknown, settings: ConfigSettings) => boolean): Rule =>
  (value, settings) =>
    isValid(value, settings) ? undefined : { code, message };
