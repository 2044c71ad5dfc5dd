import { hasControlCharacters } from '../shared/control-characters.js';
import type { Check, OptionChecker } from '../shared/option-checker.js';

const MAX_URL = 2_048;

/** Makes the check of a vault's base URL. Returns it without the slash at its end. */
export function vaultUrl({ badOption }: OptionChecker, example: string): Check<string> {
  return (value, option) => {
    if (typeof value === 'string' && value.length <= MAX_URL && isPlainHttps(value)) return value.replace(/\/+$/, '');
    throw badOption(option, 'is not an https: address', `Pass '${example}', without a user, a query or a fragment.`);
  };
}

/** Makes the check of a path below the base URL. What a URL would change, such as `..`, or would take for another host is refused. */
export function urlPath({ badOption }: OptionChecker, example: string): Check<string> {
  return (value, option) => {
    if (typeof value === 'string' && value.length <= MAX_URL && value.startsWith('/') && pathOf(value) === value) return value;
    throw badOption(option, 'is not a path', `Pass a path such as '${example}'.`);
  };
}

const pathOf = (text: string): string => new URL(`https://vault${text}`).pathname;

function isPlainHttps(text: string): boolean {
  if (/\s/.test(text) || hasControlCharacters(text) || !URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  // An empty query or fragment is no part of what is parsed.
  return protocol === 'https:' && !username && !password && !search && !hash && !/[?#\\]/.test(text);
}
