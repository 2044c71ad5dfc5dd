import type { MessageContent } from './message-content.js';

/** What a message holds, as its recipients see it, without the signature its configuration adds. */
export interface MailPreview {
  text: string | null;
  /** Untrusted: for a sandboxed frame only. Inline images are in it. */
  html: string | null;
  attachments: { filename: string; bytes: number }[];
}

/** Of images, in characters: a short mail that shows one of them thousands of times would fill the memory of the host. */
const MAX_INLINE = 40_000_000;

const IMAGE = /^image\/(png|jpeg|gif|webp|bmp)$/i;

export function previewOf({ text, html, attachments }: MessageContent): MailPreview {
  let shown = html ?? null;
  let room = MAX_INLINE;
  for (const { cid, contentType, base64 } of attachments) {
    if (!shown || cid === undefined || contentType === undefined || !IMAGE.test(contentType)) continue;
    const image = `data:${contentType};base64,${base64}`;
    shown = shown.replaceAll(`cid:${cid}`, (reference) => {
      if (image.length > room) return reference;
      room -= image.length;
      return image;
    });
  }
  return {
    text: text ?? null,
    html: shown,
    attachments: attachments
      .filter(({ cid }) => cid === undefined)
      .map(({ filename, base64 }) => ({ filename: filename ?? '', bytes: Buffer.from(base64, 'base64').length })),
  };
}
