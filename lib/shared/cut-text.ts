/** Shortens a text to `max` UTF-16 units at most, with an ellipsis, and without cutting a character in half. */
export function cutText(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
