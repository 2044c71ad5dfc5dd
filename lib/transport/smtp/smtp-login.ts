import { createHmac } from 'node:crypto';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { MailError } from '../../shared/mail-error.js';
import { xoauth2Response } from '../failures/server-words.js';
import type { TokenSource } from './token-source.js';

/** Our own method name: nodemailer's XOAUTH2 falls back to PLAIN or LOGIN, which would send the token as a password. */
export const TOKEN_LOGIN = 'TOKEN';
/** The command of a failure when the server does not offer XOAUTH2. */
export const NO_XOAUTH2 = 'NO XOAUTH2';

/**
 * Logs in by SASL XOAUTH2
 * (learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth).
 * The token is passed as the password.
 */
export const xoauth2: SMTPConnection.CustomAuthenticationHandlers[string] = async (session) => {
  const { user, pass } = session.auth.credentials ?? {};
  const reply = await session.sendCommand(`AUTH XOAUTH2 ${xoauth2Response(user ?? '', pass ?? '')}`);
  // Some servers explain a refusal in a challenge, and refuse after an empty response to it.
  const { status } = reply.status === 334 ? await session.sendCommand('') : reply;
  if (status !== 235) throw new Error('Invalid login');
};

/**
 * Logs in by SASL CRAM-MD5 (RFC 2195). Nodemailer's own handler parses the challenge in quadratic time: 60 KB of tabs blocked the
 * event loop for 13 seconds (measured).
 */
export const cramMd5: SMTPConnection.CustomAuthenticationHandlers[string] = async (session) => {
  const { user, pass } = session.auth.credentials ?? {};
  const { status, text } = await session.sendCommand('AUTH CRAM-MD5');
  if (status !== 334) throw new Error('Invalid login');
  const digest = createHmac('md5', pass ?? '')
    .update(Buffer.from(text, 'base64'))
    .digest('hex');
  const reply = await session.sendCommand(Buffer.from(`${user ?? ''} ${digest}`).toString('base64'));
  if (reply.status !== 235) throw new Error('Invalid login');
};

/** Returns the login mechanisms in the lines of an EHLO reply. Some old servers write `AUTH=`. */
export function mechanismsIn(extensions: Iterable<string>): string[] {
  const lines = [...extensions].flatMap((line) => /^AUTH[ =](.*)/.exec(line)?.[1]?.split(/[\s=]+/) ?? []);
  return [...new Set(lines.filter((name) => /^[A-Z0-9_-]{1,20}$/.test(name)))];
}

/** Returns the mechanism for a password, in nodemailer's order of preference; PLAIN if none is listed. */
export const passwordMechanism = (offered: readonly string[]): string =>
  ['PLAIN', 'LOGIN', 'CRAM-MD5'].find((name) => offered.includes(name)) ?? 'PLAIN';

/** Logs in with a token. Replaces a refused token once, because it may have been revoked before it expired. */
export async function loginWithToken(
  tokens: TokenSource,
  session: { wait: (token: Promise<string>) => Promise<string>; login: (token: string) => Promise<void>; isOpen: () => boolean },
): Promise<void> {
  const token = await session.wait(tokens.get());
  try {
    await session.login(token);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // A server may disconnect after a refusal; the next session uses the new token.
    const fresh = await (session.isOpen() ? session.wait(tokens.get(token)) : tokens.get(token));
    if (!session.isOpen()) throw error;
    await session.login(fresh);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof MailError && error.code === 'AUTH' && /^535\b/.test(error.reply ?? '');
}
