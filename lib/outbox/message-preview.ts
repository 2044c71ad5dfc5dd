import type { MessageContent } from './message-content.js';

/** What a message holds, as its recipients see it, without the signature its configuration adds. */
export interface MailPreview {
  text: string | null;
  /** Untrusted: for a sandboxed frame only. Inline images are in it. */
  html: string | null;
  attachments: { filename: string; bytes: number }[];
}

const IMAGE = /^image\/(png|jpeg|gif|webp|bmp)$/i;

export function previewOf({ text, html, attachments }: MessageContent): MailPreview {
  let shown = html ?? null;
  for (const { cid, contentType, base64 } of attachments) {
    if (!shown || cid === undefined || contentType === undefined || !IMAGE.test(contentType)) continue;
    shown = shown.replaceAll(`cid:${cid}`, `data:${contentType};base64,${base64}`);
  }
  return {
    text: text ?? null,
    html: shown,
    attachments: attachments
      .filter(({ cid }) => cid === undefined)
      .map(({ filename, base64 }) => ({ filename: filename ?? '', bytes: Buffer.from(base64, 'base64').length })),
  };
}
