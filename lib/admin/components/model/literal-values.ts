/**
 * Escapes the values of a sentence: i18next would otherwise replace a `{{name}}` within a value, such as the name in a server's
 * certificate. A zero-width character separates the braces.
 */
export function literalValues<T extends string | number>(values: Record<string, T> = {}): Record<string, T | string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value.replace(/\{(?=\{)/g, '{\u2060') : value]),
  );
}
