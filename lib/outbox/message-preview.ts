import { filesOf, type MessageContent } from './message-content.js';
import type { MailPreview } from '../shared/message-details.js';

/**
 * The most characters of inline images. Without a limit, a short message that shows one image thousands of times would fill the
 * server's memory.
 */
const MAX_INLINE = 40_000_000;

const IMAGE = /^image\/(png|jpeg|gif|webp|bmp)$/i;

/** Returns the preview of a message. */
export function previewOf(content: MessageContent): MailPreview {
  const { text, html, attachments, headers } = content;
  let shown = html ?? null;
  let left = MAX_INLINE;
  for (const { cid, contentType, base64 } of attachments) {
    if (!shown || cid === undefined || contentType === undefined || !IMAGE.test(contentType)) continue;
    const image = `data:${contentType};base64,${base64}`;
    shown = shown.replaceAll(`cid:${cid}`, (reference) => {
      if (image.length > left) return reference;
      left -= image.length;
      return image;
    });
  }
  return {
    text: text ?? null,
    html: shown,
    headers: Object.entries(headers).flatMap(([name, values]) => values.map((value) => ({ name, value }))),
    attachments: filesOf(content).map(({ filename = '', contentType = null, cid, base64 }, index) => ({
      index,
      filename,
      contentType,
      bytes: Buffer.byteLength(base64, 'base64'),
      isInline: cid !== undefined,
    })),
  };
}
