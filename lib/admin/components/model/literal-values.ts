/**
 * What stands in a sentence, so that none of it is taken for the sentence's own `{{name}}`: i18next would put a value where
 * another value, such as the name in a server's certificate, asks for it. A character without width parts the braces.
 */
export function literalValues<T extends string | number>(values: Record<string, T> = {}): Record<string, T | string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value.replace(/\{(?=\{)/g, '{\u2060') : value]),
  );
}
