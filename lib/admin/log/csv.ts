/**
 * A cell that a spreadsheet may take for a formula, also after spaces, quotes and invisible characters, or because it starts with a
 * control character (owasp.org/www-community/attacks/CSV_Injection).
 */
const FORMULA = /^(?:[\s\p{Cf}"'`]*[=+\-@＝＋－＠]|[\t\r\n])/u;
/**
 * The same, after a character that ends a cell in a spreadsheet with other settings. Looks ahead first, so that the time is
 * proportional to the length.
 */
const INNER_FORMULA = /(?=[=+\-@＝＋－＠])(?<=[;\t\r\n][\s\p{Cf}"'`]*)/gu;

/** The mark by which Excel recognizes UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** Returns a row of a CSV file (RFC 4180), without formulas. */
export function csvRow(cells: readonly (string | number | null)[]): string {
  return `${cells.map((cell) => `"${withoutFormula(String(cell ?? '')).replaceAll('"', '""')}"`).join(',')}\r\n`;
}

/** Puts an apostrophe before a formula, so that a spreadsheet shows it as text. */
function withoutFormula(text: string): string {
  const inner = text.replace(INNER_FORMULA, "'");
  return FORMULA.test(inner) ? `'${inner}` : inner;
}
