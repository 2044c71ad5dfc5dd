import type { SecretSource } from '../secret/secret-source.js';
import { badOption, type Check, label, listOf, shown, sourceId } from './option-checker.js';

const MAX_SOURCES = 100;
const REQUIRED = ['allows', 'choices', 'resolve'] as const;
const OPTIONAL = ['unbound', 'close'] as const;
const MEMBERS: readonly string[] = ['id', 'label', ...REQUIRED, ...OPTIONAL];

/** Checks the option `secretSources`. */
export const secretSources: Check<SecretSource[]> = (list, option) => {
  const sources = listOf(MAX_SOURCES, sourceOf)(list, option);
  const seen = new Set<string>();
  sources.forEach(({ id }, index) => {
    if (seen.has(id)) throw badOption(`${option}[${index}].id`, `is taken: ${shown(id)}`, 'Use a different id for each source.');
    seen.add(id);
  });
  return sources;
};

const sourceOf: Check<SecretSource> = (value, option) => {
  if (typeof value !== 'object' || value === null)
    throw badOption(option, 'is not a secret source', 'Pass a SecretSource, such as the result of internalSecrets({ … }).');
  // An instance may have other fields, but in a literal, an unknown field is a mistake.
  const unknown = isLiteral(value) ? Object.keys(value).find((name) => !MEMBERS.includes(name)) : undefined;
  if (unknown !== undefined) {
    const remedy = `Use only ${MEMBERS.join(', ')}. Return destinations and allowOwnCa of a key from allows().`;
    throw badOption(`${option}.${unknown}`, 'is not a member of a secret source', remedy);
  }
  const source = value as SecretSource;
  sourceId(source.id, `${option}.id`);
  label(source.label, `${option}.label`);
  const missing =
    REQUIRED.find((method) => typeof source[method] !== 'function') ??
    OPTIONAL.find((method) => source[method] !== undefined && typeof source[method] !== 'function');
  if (missing)
    throw badOption(`${option}.${missing}`, 'is not a function', 'Pass a SecretSource, such as the result of internalSecrets({ … }).');
  return source;
};

function isLiteral(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
