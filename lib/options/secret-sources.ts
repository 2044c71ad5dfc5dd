import type { SecretSource } from '../secret/secret-source.js';
import { badOption, type Check, label } from './option-checker.js';
import { STORED } from '../shared/secrets.js';

const ID = /^[\w-]{1,64}$/;
const METHODS = ['allows', 'choices', 'resolve'] as const;

/** Checks the option `secretSources`. */
export const secretSources: Check<SecretSource[]> = (list, option) => {
  if (!Array.isArray(list)) throw badOption(option, 'is not a list', 'Give a list of secret sources.');
  const seen = new Set([STORED]);
  return Array.from(list as SecretSource[], (source, index) => {
    const name = `${option}[${index}]`;
    if (typeof source?.id !== 'string' || !ID.test(source.id))
      throw badOption(`${name}.id`, 'is malformed', 'Use up to 64 letters, digits, "_" and "-".');
    if (seen.has(source.id)) throw badOption(`${name}.id`, `is taken: "${source.id}"`, 'Give each source an id of its own.');
    seen.add(source.id);
    label(source.label, `${name}.label`);
    const missing = METHODS.find((method) => typeof source[method] !== 'function');
    if (missing) throw badOption(`${name}.${missing}`, 'is not a function', 'Give a SecretSource, such as internalSecrets({ … }) makes.');
    return source;
  });
};
