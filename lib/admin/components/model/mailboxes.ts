import { canonicalLocalPart, invisibleCharacter, splitAddress, splitNamed } from '../../../shared/addresses.js';

const DOMAIN = /^(?:[^\s@<>()[\]\\,;:"]+|\[[\da-f.:]+\])$/i;

/** True for a string that can be one email address; the server decides. */
export function isAddress(text: string): boolean {
  const { local, domain } = splitAddress(text.trim());
  return (
    text.length <= 320 && canonicalLocalPart(local) !== undefined && DOMAIN.test(domain) && invisibleCharacter(text.trim()) === undefined
  );
}

/** True for a string that can be a mailbox: `a@b.c` or `Name <a@b.c>`. */
export function isMailbox(text: string): boolean {
  return isAddress(splitNamed(text.trim())?.address ?? text);
}

/** Splits pasted text at commas, semicolons and line breaks, but not inside quotes or angle brackets. */
export function splitMailboxes(text: string): string[] {
  const parts: string[] = [''];
  let quoted = false;
  let bracketed = false;
  for (const char of text) {
    if (char === '"') quoted = !quoted;
    if (char === '<') bracketed = true;
    if (char === '>') bracketed = false;
    if (/[\r\n]/.test(char) || (!quoted && !bracketed && (char === ',' || char === ';'))) {
      parts.push('');
      quoted = bracketed = false;
    } else parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}

/** Adds entered or pasted addresses to a list, each address once. */
export function addMailboxes(list: string[], text: string): string[] {
  const known = new Set(list.map((entry) => entry.toLowerCase()));
  const added = splitMailboxes(text).filter((entry) => !known.has(entry.toLowerCase()) && known.add(entry.toLowerCase()));
  return added.length ? [...list, ...added] : list;
}
