import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Envelope } from '../../message/compose.js';
import type { SmtpFailure } from '../failures/failure-context.js';

/** The login method under which nodemailer runs the check. */
export const ENVELOPE_CHECK = 'CHECK';

/** The argument of a check; nodemailer passes it on unchanged. */
export interface EnvelopeCheck {
  envelope: Envelope;
  /** Parameters of MAIL FROM, e.g. `SIZE=1042`. */
  parameters: string[];
  /** Called once, with the reason why a message would be refused, or null. */
  done: (failure: SmtpFailure | null) => void;
}

type Session = Parameters<SMTPConnection.CustomAuthenticationHandlers[string]>[0];

/**
 * Sends the sender and the recipients, then resets them. Nodemailer's `send` would continue with DATA; its login handlers are the
 * documented way to send a custom command.
 */
export const envelopeCheck: SMTPConnection.CustomAuthenticationHandlers[string] = async (session) => {
  const { envelope, parameters, done } = (session.auth as unknown as { check: EnvelopeCheck }).check;
  done(await refusalOf(session, envelope, parameters));
};

async function refusalOf(session: Session, { from, to }: Envelope, parameters: string[]): Promise<SmtpFailure | null> {
  // Like nodemailer's `send`, rejects characters that could end a command.
  if ([from, ...to].some((address) => /[\r\n<>]/.test(address))) return { code: 'EENVELOPE', command: 'MAIL FROM' };
  const sender = await session.sendCommand([`MAIL FROM:<${from}>`, ...parameters].join(' '));
  if (!isGood(sender.status)) return { code: 'EENVELOPE', command: 'MAIL FROM', response: sender.response, responseCode: sender.status };
  const refused: SmtpFailure[] = [];
  for (const recipient of to) {
    const { status, response } = await session.sendCommand(`RCPT TO:<${recipient}>`);
    if (!isGood(status)) refused.push({ recipient, response, responseCode: status });
  }
  await session.sendCommand('RSET');
  if (refused.length < to.length) return null;
  return { code: 'EENVELOPE', command: 'RCPT TO', ...refused[0], rejectedErrors: refused };
}

const isGood = (status: number): boolean => status >= 200 && status < 300;
