import type { CheckedMessage } from './mail-message.js';

/** Longer HTML is sent without text: converting it blocks the event loop, for about 200 ms at this length (measured). */
const MAX_LENGTH = 100_000;
const MAX_DEPTH = 100;
const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];

let converter: Promise<(html: string) => string> | undefined;

/** Adds text to a message that has only HTML, if the option `textFromHtml` is on. */
export async function withText(message: CheckedMessage, { textFromHtml: isOn }: { textFromHtml: boolean }): Promise<CheckedMessage> {
  const { html, text } = message;
  return isOn && text === undefined && html !== undefined ? { ...message, text: await textFromHtml(html) } : message;
}

/** Returns the text of HTML, for readers that show no HTML; undefined if it has none or cannot be converted. */
export async function textFromHtml(html: string): Promise<string | undefined> {
  if (html.length > MAX_LENGTH) return undefined;
  converter ??= loadConverter();
  const convert = await converter;
  try {
    return convert(html) || undefined;
  } catch {
    // Very deep HTML exceeds the stack.
    return undefined;
  }
}

/** Loads the package on first use, because most applications do not need it. */
async function loadConverter(): Promise<(html: string) => string> {
  const { compile } = await import('html-to-text');
  return compile({
    wordwrap: false,
    limits: { maxDepth: MAX_DEPTH },
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
      { selector: 'img', format: 'skip' },
      // Otherwise the cells of a row would be one word.
      ...['td', 'th'].map((selector) => ({ selector, format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } })),
      ...HEADINGS.map((selector) => ({ selector, options: { uppercase: false } })),
    ],
  });
}
