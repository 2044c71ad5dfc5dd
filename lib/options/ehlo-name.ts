import { isEhloName } from '../shared/host-names.js';
import { badOption, type Check, shown } from './option-checker.js';

/** Checks the option `ehloName`. */
export const ehloName: Check<string> = (value, option) => {
  if (typeof value === 'string' && isEhloName(value)) return value;
  throw badOption(option, `is ${shown(value)}`, 'Pass a host name such as app.example.com, or an address in brackets such as [192.0.2.1].');
};
