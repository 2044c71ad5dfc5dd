const ADDRESS = /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/;
const NAMED = /^(?:"[^"<>]*"|[^"<>@,;]*)\s*<([^<>]+)>$/;

/** True for a string that can be one email address; the server decides. */
export const isAddress = (text: string): boolean => text.length <= 320 && ADDRESS.test(text.trim());

/** True for a string that can be a mailbox: `a@b.c` or `Name <a@b.c>`. */
export function isMailbox(text: string): boolean {
  const named = NAMED.exec(text.trim());
  return isAddress(named?.[1] ?? text);
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
