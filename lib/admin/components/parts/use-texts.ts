import { useTranslation } from 'adminjs';
import type { FieldError } from '../../../shared/admin-responses.js';
import { fieldOf } from '../../../shared/config-fields.js';
import { failureText } from '../../../shared/failure-words.js';
import type { StoredFailure } from '../../../shared/mail-error.js';
import { literalValues } from '../model/literal-values.js';
import { useLocale } from './use-locale.js';

/** The resource whose texts include the reasons of failures. */
const REASONS = 'SmtpConfig';

type Values = Record<string, string | number>;

export interface Texts {
  /** A sentence of the screens, `components.<key>`. */
  t: (key: string, values?: Values) => string;
  /** Like `t`, or an empty string if the text does not exist. */
  optional: (key: string, values?: Values) => string;
  /** The first of these sentences that exists, or an empty string. */
  firstOf: (keys: readonly string[], values?: Values) => string;
  /** The text of a notice, `messages.<key>`. */
  message: (key: string) => string;
  /** A message from the server: the text for a key of `messages`, or the sentence itself. */
  serverMessage: (words: string) => string;
  button: (key: string) => string;
  property: (key: string) => string;
  /** The label of a value. */
  label: (key: string) => string;
  /** The sentence for an invalid field: its own text, the text for the code, or the server's. */
  error: (field: string, error: FieldError) => string;
  /** The sentences for a failure and its remedy: in the panel's language if the reason is known, otherwise in English. */
  failure: (failure: StoredFailure) => string;
  /** The text for a failed call. */
  problem: (error: unknown) => string;
  locale: string;
}

/** Returns the texts of one resource, from `locales/`. */
export function useTexts(resourceId: string): Texts {
  const { translateComponent, translateButton, translateProperty, translateLabel, translateMessage } = useTranslation();
  const locale = useLocale();
  const message = (key: string, values?: Values): string =>
    translateMessage(key, resourceId, { ...literalValues(values), defaultValue: '' });
  const optional = (key: string, values?: Values): string =>
    key && translateComponent(key, resourceId, { ...literalValues(values), defaultValue: '' });
  const t = (key: string, values?: Values): string => translateComponent(key, resourceId, literalValues(values));
  return {
    t,
    optional,
    firstOf: (keys, values) => keys.reduce((found, key) => found || optional(key, values), ''),
    message: (key) => message(key),
    serverMessage: (words) => (/^\w+$/.test(words) && message(words)) || words,
    button: (key) => translateButton(key, resourceId),
    property: (key) => translateProperty(key, resourceId),
    label: (key) => translateLabel(key, resourceId),
    error: (field, { type, message: server, values }) =>
      (type && (message(`error_${fieldOf(field)}_${type}`, values) || message(`error_${type}`, values))) ||
      server ||
      message('error_other'),
    failure: (failure) =>
      failureText(failure, {
        optional: (key, values) => translateComponent(key, REASONS, { ...literalValues(values), defaultValue: '' }),
        locale,
      }),
    problem: (error) =>
      t(`problem_${typeof error === 'object' && error !== null && 'problem' in error ? String(error.problem) : 'server'}`),
    locale,
  };
}
