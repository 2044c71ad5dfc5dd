import { splitCertificates } from './certificates.js';
import { badOption, type Check } from './option-checker.js';

/** Checks the option `trustedCa`. Returns one certificate per entry. */
export const trustedCa: Check<string[]> = (value, option) =>
  Array.from(Array.isArray(value) ? value : [value], (pem: unknown, index) => certificatesOf(pem, `${option}[${index}]`)).flat();

function certificatesOf(pem: unknown, option: string): string[] {
  let found: string[];
  try {
    found = typeof pem === 'string' ? splitCertificates(pem) : [];
  } catch {
    throw badOption(option, 'contains a certificate that cannot be read', 'Pass a PEM text that starts with -----BEGIN CERTIFICATE-----.');
  }
  if (found.length === 0) throw badOption(option, 'contains no PEM certificate', 'Pass the contents of the file, not its path.');
  return found;
}
