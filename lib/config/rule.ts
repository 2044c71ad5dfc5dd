import { type ValidationArguments, ValidateBy } from 'class-validator';
import type { ConfigSettings, SettingName } from '../shared/config-fields.js';
import type { FieldProblem } from '../shared/mail-error.js';

/** A condition on the value of one setting, given all settings, and the problem if it is not met. */
export interface Rule extends FieldProblem {
  readonly isValid: (value: unknown, settings: ConfigSettings) => boolean;
}

/** Rules by field, in the order in which they are checked. */
export type Rules = { readonly [Name in SettingName]?: readonly Rule[] };

/** Builds a rule: a code for programs, a sentence for people, a condition. */
export const rule = (code: string, message: string, isValid: Rule['isValid']): Rule => ({ code, message, isValid });

/** Declares a rule for a property of a class that holds settings. class-validator reports it under its code. */
export const Satisfies = ({ code, message, isValid }: Rule): PropertyDecorator =>
  ValidateBy(
    { name: code, validator: { validate: (value, args?: ValidationArguments) => isValid(value, args!.object as ConfigSettings) } },
    { message },
  );
