import type { ComposedMail } from '../../message/compose.js';
import type { GraphClient } from './graph-client.js';
import { ACCEPTED, MAX_MIME, RENDER_MS, sendAsDraft } from './graph-draft.js';
import { diagnosedError } from '../failures/diagnoses.js';
import { oneLine } from '../failures/server-words.js';
import { attemptOf } from '../failures/graph-failure.js';
import { mailboxPath, type GraphSettings } from './graph-settings.js';
import { retryAfterMs } from '../failures/https-failure.js';
import type { SendReceipt } from '../mail-transport.js';
import { type ReadMail, render, withReadAttachments } from '../../message/render.js';

/** The receipt of an accepted mail, and the time that Microsoft asks to wait before the next. */
export interface GraphReceipt extends SendReceipt {
  waitMs: number;
}

/** Sends one mail in a single request, or as a draft with uploaded attachments. @throws MailError */
export async function deliverByGraph(client: GraphClient, settings: GraphSettings, mail: ComposedMail): Promise<GraphReceipt> {
  const { envelope, from } = mail;
  if (envelope.from.toLowerCase() !== from.address.toLowerCase())
    throw diagnosedError('graph_envelope_from', { address: oneLine(envelope.from, 320) }, { phase: 'message' });
  const whole = toEnvelopeOnly(await withReadAttachments(mail, RENDER_MS));
  const mime = await render(whole, { keepBcc: true, limitMs: RENDER_MS });
  const path = `${mailboxPath(settings)}/sendMail`;
  const response =
    mime.length > MAX_MIME
      ? await sendAsDraft(client, settings, whole)
      : await client.request({ method: 'post', path, body: mime.toString('base64'), expected: ACCEPTED }, attemptOf(settings, mail, true));
  return { accepted: mail.envelope.to, rejected: [], reply: response.words, waitMs: retryAfterMs(response) ?? 0 };
}

/**
 * Reduces the headers to the recipients of the envelope. Graph has no envelope: it sends the mail to everyone in the headers, but
 * on a later attempt some recipients already have it.
 */
function toEnvelopeOnly(mail: ReadMail): ReadMail {
  const wanted = new Set(mail.envelope.to);
  const keepRecipients = (list: ComposedMail['to']): ComposedMail['to'] => list.filter(({ address }) => wanted.has(address));
  return { ...mail, to: keepRecipients(mail.to), cc: keepRecipients(mail.cc), bcc: keepRecipients(mail.bcc) };
}
