import type { Params } from './types.js';

export type Status = 'queued' | 'sending' | 'sent' | 'partly_sent' | 'failed' | 'expired' | 'cancelled' | 'held' | 'unknown';

export const STATUSES: Status[] = ['queued', 'sending', 'held', 'unknown', 'failed', 'expired', 'sent', 'partly_sent', 'cancelled'];

/** A message of the log, as the server sends it. */
export interface LogMessage {
  id: string;
  status: Status;
  reason: string | null;
  activity: string;
  configName: string | null;
  sentBy: string | null;
  recipients: string;
  recipientCount: number;
  /** Null for sensitive messages. */
  subject: string | null;
  sensitive: boolean;
  priority: string;
  attempts: number;
  nextAttemptAt: string | null;
  expiresAt: string | null;
  lastCode: string | null;
  lastReply: string | null;
  lastError: string | null;
  messageId: string;
  hasBody: boolean;
  resentFrom: string | null;
  createdAt: string;
  sentAt: string | null;
}

export interface Attempt {
  at: string;
  configName: string | null;
  outcome: string;
  code: string | null;
  reply: string | null;
  ms: number;
}

export interface ParkedConfig {
  configId: string;
  name: string;
  since: string;
  code: string;
  error: string;
  waiting: number;
  nextProbeAt: string;
}

export interface Preview {
  text: string | null;
  html: string | null;
  attachments: { filename: string; bytes: number }[];
}

export const readMessage = (params: Params): LogMessage => params as unknown as LogMessage;

/** True when its status may be another one any moment. */
export const isUnderWay = ({ status, reason }: LogMessage): boolean =>
  status === 'sending' || (status === 'queued' && (reason === null || reason === 'parked'));

/** The attempts, the oldest first; they travel as one text. */
export function readAttempts(params: Params): Attempt[] {
  try {
    return typeof params.attemptsJson === 'string' ? (JSON.parse(params.attemptsJson) as Attempt[]) : [];
  } catch {
    return [];
  }
}

/** Tries that found the server away, one after the other, are one entry: there may be thousands of them. */
export type Event = Attempt & { times: number; lastAt: string };

export function eventsOf(attempts: Attempt[]): Event[] {
  const events: Event[] = [];
  for (const attempt of attempts) {
    const before = events.at(-1);
    if (before?.outcome === 'parked' && attempt.outcome === 'parked' && before.code === attempt.code) {
      before.times += 1;
      before.lastAt = attempt.at;
    } else events.push({ ...attempt, times: 1, lastAt: attempt.at });
  }
  return events;
}

/** The text that says why a message's content cannot be shown or sent again; undefined when it can. */
export function whyNoContent({ sensitive, hasBody }: LogMessage): 'whyNot_sensitive' | 'whyNot_gone' | undefined {
  if (sensitive) return 'whyNot_sensitive';
  return hasBody ? undefined : 'whyNot_gone';
}

const RETRYABLE: Status[] = ['queued', 'held', 'failed', 'unknown', 'expired'];

/** The text that says why a message cannot be tried again; undefined when it can. */
export function whyNoRetry({ status, hasBody }: LogMessage): 'whyNot_ended' | 'whyNot_sending' | 'whyNot_gone' | undefined {
  if (status === 'sending') return 'whyNot_sending';
  if (!RETRYABLE.includes(status)) return 'whyNot_ended';
  return hasBody ? undefined : 'whyNot_gone';
}

/** The text that says why a message cannot be cancelled; undefined when it can. */
export function whyNoCancel({ status }: LogMessage): 'whyNot_sending' | 'whyNot_ended' | undefined {
  if (status === 'sending') return 'whyNot_sending';
  return status === 'queued' || status === 'held' ? undefined : 'whyNot_ended';
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data: cid:";

/**
 * A mail's HTML for a sandboxed frame: nothing of it is loaded from anywhere, and a link, which a frame could follow by
 * itself, only says where it would lead.
 */
export function framed(html: string): string {
  const document = new DOMParser().parseFromString(html, 'text/html');
  for (const element of document.querySelectorAll('base, meta[http-equiv], link, script, iframe, frame, object, embed')) element.remove();
  for (const link of document.querySelectorAll('a, area')) {
    const target = link.getAttribute('href') ?? link.getAttribute('xlink:href');
    for (const name of ['href', 'xlink:href', 'target', 'ping']) link.removeAttribute(name);
    if (target) link.setAttribute('title', target);
  }
  for (const image of document.querySelectorAll('img')) {
    image.removeAttribute('srcset');
    // The frame would refuse to load it, and show a broken picture.
    if (!/^data:image\//i.test(image.getAttribute('src') ?? '')) image.removeAttribute('src');
  }
  const head = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">`;
  return `<!doctype html><html><head>${head}${document.head.innerHTML}</head>${document.body.outerHTML}</html>`;
}
