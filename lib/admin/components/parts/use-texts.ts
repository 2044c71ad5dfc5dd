import { useTranslation } from 'adminjs';
import type { FieldError } from '../../../shared/admin-answers.js';
import { fieldOf } from '../../../shared/config-fields.js';
import { literalValues } from '../model/literal-values.js';
import { useLocale } from './use-locale.js';

type Values = Record<string, string | number>;

export interface Texts {
  /** A sentence of the screens, `components.<key>`. */
  t: (key: string, values?: Values) => string;
  /** The same, or an empty string where there is none. */
  optional: (key: string, values?: Values) => string;
  /** The text of a notice, `messages.<key>`. */
  message: (key: string) => string;
  /** The server's words: a key of `messages`, or a sentence as it is. */
  said: (words: string) => string;
  button: (key: string) => string;
  property: (key: string) => string;
  /** The name of one of a closed set of values. */
  label: (key: string) => string;
  /** The sentence for a refused field: one of its own, one for the code, or the server's. */
  error: (field: string, error: FieldError) => string;
  /** The text for a failed call. */
  problem: (error: unknown) => string;
  locale: string;
}

/** The texts of one resource, from `locales/`. */
export function useTexts(resourceId: string): Texts {
  const { translateComponent, translateButton, translateProperty, translateLabel, translateMessage } = useTranslation();
  const locale = useLocale();
  const message = (key: string, values?: Values): string =>
    translateMessage(key, resourceId, { ...literalValues(values), defaultValue: '' });
  const t = (key: string, values?: Values): string => translateComponent(key, resourceId, literalValues(values));
  return {
    t,
    optional: (key, values) => translateComponent(key, resourceId, { ...literalValues(values), defaultValue: '' }),
    message: (key) => message(key),
    said: (words) => (/^\w+$/.test(words) && message(words)) || words,
    button: (key) => translateButton(key, resourceId),
    property: (key) => translateProperty(key, resourceId),
    label: (key) => translateLabel(key, resourceId),
    error: (field, { type, message: server, values }) =>
      (type && (message(`error_${fieldOf(field)}_${type}`, values) || message(`error_${type}`, values))) ||
      server ||
      message('error_other'),
    problem: (error) =>
      t(`problem_${typeof error === 'object' && error !== null && 'problem' in error ? String(error.problem) : 'server'}`),
    locale,
  };
}
