import { CONFIG_FIELDS } from '../shared/config-fields.js';

const MAX_NAME = CONFIG_FIELDS.name.maxLength;

/** Returns `<name>_copied`, or the first of `_copied2`, `_copied3`, … that is free; the base is shortened to fit the longest name. */
export function copyName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '_copied' : `_copied${number}`;
    const copy = name.slice(0, MAX_NAME - suffix.length) + suffix;
    if (!taken.has(copy.toLowerCase())) return copy;
  }
}
