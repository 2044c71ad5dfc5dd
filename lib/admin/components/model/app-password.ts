/** White space of any kind, and characters that cannot be seen. */
const UNSEEN = /[\s\p{Zs}\p{Cf}]/gu;

/**
 * Returns an app password without the spaces that providers show between its groups of letters: exactly 16 letters are left. Any other
 * password stays as it is.
 */
export function cleanAppPassword(pasted: string): string {
  const letters = pasted.replace(UNSEEN, '');
  return /^[a-z]{16}$/i.test(letters) ? letters : pasted;
}
