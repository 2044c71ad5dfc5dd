import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Envelope } from '../../message/compose.js';
import type { SmtpCause } from '../failures/failure-context.js';

/** The name under which nodemailer lends its connection for a check. */
export const ENVELOPE_CHECK = 'CHECK';

/** What is checked, handed on by nodemailer as it is. */
export interface EnvelopeCheck {
  envelope: Envelope;
  /** What follows the sender in MAIL FROM, e.g. `SIZE=1042`. */
  parameters: string[];
  /** Called once, with why a message would not be taken or with null. */
  done: (cause: SmtpCause | null) => void;
}

type Session = Parameters<SMTPConnection.CustomAuthenticationHandlers[string]>[0];

/**
 * Names the sender and the recipients and forgets them again. Nodemailer's `send` would go on to DATA by itself, and its
 * handlers for logins are the documented way to send a command of one's own.
 */
export const envelopeCheck: SMTPConnection.CustomAuthenticationHandlers[string] = async (session) => {
  const { envelope, parameters, done } = (session.auth as unknown as { check: EnvelopeCheck }).check;
  done(await refusalOf(session, envelope, parameters));
};

async function refusalOf(session: Session, { from, to }: Envelope, parameters: string[]): Promise<SmtpCause | null> {
  // As nodemailer's `send` does: nothing that could end a command gets into one.
  if ([from, ...to].some((address) => /[\r\n<>]/.test(address))) return { code: 'EENVELOPE', command: 'MAIL FROM' };
  const sender = await session.sendCommand([`MAIL FROM:<${from}>`, ...parameters].join(' '));
  if (!isGood(sender.status)) return { code: 'EENVELOPE', command: 'MAIL FROM', response: sender.response, responseCode: sender.status };
  const refused: SmtpCause[] = [];
  for (const recipient of to) {
    const { status, response } = await session.sendCommand(`RCPT TO:<${recipient}>`);
    if (!isGood(status)) refused.push({ recipient, response, responseCode: status });
  }
  await session.sendCommand('RSET');
  if (refused.length < to.length) return null;
  return { code: 'EENVELOPE', command: 'RCPT TO', ...refused[0], rejectedErrors: refused };
}

const isGood = (status: number): boolean => status >= 200 && status < 300;
