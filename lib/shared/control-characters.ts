/** Control characters, line separators, and halves of surrogate pairs. */
const CONTROL = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/** True if the string contains a character that could break a header, a command or a line. */
export function hasControlCharacters(text: string): boolean {
  return CONTROL.test(text);
}
