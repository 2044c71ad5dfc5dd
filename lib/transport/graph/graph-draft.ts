import { diagnosedError } from '../failures/diagnoses.js';
import { MailError } from '../../shared/mail-error.js';
import type { GraphClient } from './graph-client.js';
import { attemptOf, contentOf, toGraphError, isPolicy, type GraphResponse, type GraphAttempt } from '../failures/graph-failure.js';
import { mailboxPath, type GraphSettings } from './graph-settings.js';
import { render, type ReadAttachment, type ReadMail } from '../../message/render.js';

/** The largest MIME for a single request: its base64 stays below Graph's 4 MB. */
export const MAX_MIME = 3_000_000;
/** The only status that means "queued for sending": Graph returns 200 for messages that are too large, and does not send them. */
export const ACCEPTED = 202;
export const RENDER_MS = 900_000;
/**
 * Larger attachments need an upload session. A session accepts none below 2 MiB, and a request none above 3 MB
 * (learn.microsoft.com/graph/outlook-large-attachments).
 */
const MAX_ATTACHED = 3_000_000;
const MAX_UPLOADED = 150_000_000;
/** Microsoft recommends pieces of less than 4 MB. */
const PIECE = 3_145_728;

/**
 * Sends a mail that is too large for one request: creates a draft without its largest attachments, uploads those, and sends
 * the draft. A draft that could not be completed is deleted.
 */
export async function sendAsDraft(client: GraphClient, settings: GraphSettings, mail: ReadMail): Promise<GraphResponse> {
  const { kept, moved } = await split(mail);
  const attempt = attemptOf(settings, mail, false);
  const created = await client.ask({ method: 'post', path: `${mailboxPath(settings)}/messages`, body: kept.toString('base64') });
  const path = `${mailboxPath(settings)}/messages/${encodeURIComponent(idOf(created, attempt))}`;
  try {
    await restoreBcc(client, path, mail, created, attempt);
    for (const attachment of moved) await attach(client, `${path}/attachments`, attachment, attempt);
    return await client.request({ method: 'post', path: `${path}/send`, expected: ACCEPTED }, { ...attempt, delivers: true });
  } catch (error) {
    // A draft that may have been sent is kept.
    if (!(error instanceof MailError && error.code === 'AMBIGUOUS')) {
      await client.ask({ method: 'delete', path }).catch(() => undefined);
    }
    throw error;
  }
}

/** Moves out the largest attachments until the rest fits into one request. @throws MailError `CONTENT` */
async function split(mail: ReadMail): Promise<{ kept: Buffer; moved: ReadAttachment[] }> {
  const bySize = mail.attachments.toSorted((a, b) => b.content.length - a.content.length);
  const largest = bySize[0]?.content.length ?? 0;
  if (largest > MAX_UPLOADED) throw tooLarge(`An attachment has more than ${MAX_UPLOADED / 1e6} MB.`);
  for (let count = 1; count <= bySize.length; count++) {
    const moved = bySize.slice(0, count);
    const kept = mail.attachments.filter((attachment) => !moved.includes(attachment));
    // Skips rendering if it cannot fit.
    if (kept.reduce((sum, { content }) => sum + content.length * 1.35, 0) > MAX_MIME) continue;
    const mime = await render({ ...mail, attachments: kept }, { keepBcc: true, limitMs: RENDER_MS });
    if (mime.length <= MAX_MIME) return { kept: mime, moved: mail.attachments.filter((attachment) => moved.includes(attachment)) };
  }
  throw tooLarge('The text alone has more than 3 MB.');
}

function tooLarge(what: string): MailError {
  return new MailError('CONTENT', `The message is larger than Microsoft Graph accepts. ${what}`, {
    phase: 'message',
    reason: 'graph_too_large',
    remedy: 'Send smaller attachments or a link.',
  });
}

function idOf(created: GraphResponse, attempt: GraphAttempt): string {
  if (created.status === 403 && !isPolicy(created.words)) {
    throw diagnosedError('graph_no_drafts', {}, { phase: 'message', reply: created.words });
  }
  if (created.status !== 201) throw toGraphError(created, attempt);
  return String(contentOf(created).id);
}

/** Restores the Bcc recipients of a draft that were lost in the conversion from MIME. */
async function restoreBcc(client: GraphClient, path: string, mail: ReadMail, created: GraphResponse, attempt: GraphAttempt): Promise<void> {
  type Recipient = { emailAddress?: { address?: string } };
  const { bccRecipients = [] } = contentOf(created) as { bccRecipients?: Recipient[] };
  const known = new Set(bccRecipients.map(({ emailAddress }) => emailAddress?.address?.toLowerCase()));
  if (mail.bcc.every(({ address }) => known.has(address.toLowerCase()))) return;
  const body = { bccRecipients: mail.bcc.map((emailAddress) => ({ emailAddress })) };
  await client.request({ method: 'patch', path, body, expected: 200 }, attempt);
}

async function attach(client: GraphClient, path: string, attachment: ReadAttachment, attempt: GraphAttempt): Promise<void> {
  const { filename: name = 'attachment', content, contentType = 'application/octet-stream', cid: contentId } = attachment;
  const about = { name, contentType, isInline: contentId !== undefined, ...(contentId === undefined ? {} : { contentId }) };
  if (content.length <= MAX_ATTACHED) {
    const body = { '@odata.type': '#microsoft.graph.fileAttachment', ...about, contentBytes: content.toString('base64') };
    await client.request({ method: 'post', path, body, expected: 201 }, attempt);
    return;
  }
  const body = { AttachmentItem: { attachmentType: 'file', size: content.length, ...about } };
  const session = await client.request({ method: 'post', path: `${path}/createUploadSession`, body, expected: 201 }, attempt);
  await upload(client, String(contentOf(session).uploadUrl), content, attempt);
}

/** Uploads an attachment piece by piece, in order. The response to the last piece is 201. */
async function upload(client: GraphClient, url: string, content: Buffer, attempt: GraphAttempt): Promise<void> {
  for (let from = 0; from < content.length; from += PIECE) {
    const piece = content.subarray(from, from + PIECE);
    const response = await client.upload(url, piece, { from, size: content.length });
    const expected = from + piece.length === content.length ? 201 : 200;
    if (response.status === expected) continue;
    if (response.status === 429 || response.status >= 500) throw toGraphError(response, attempt);
    // The upload URL expired or the pieces got out of step; the next attempt creates a new draft.
    throw diagnosedError('graph_upload_failed', {}, { phase: 'message', reply: response.words, retryable: true });
  }
}
