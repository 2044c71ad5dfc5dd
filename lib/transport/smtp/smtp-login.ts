import { MailError } from '../../shared/mail-error.js';
import type { SmtpFailure } from '../failures/failure-context.js';
import { type Redact, redactEchoedLogin, redactorAfter, redactorFor } from '../failures/server-words.js';
import type { Settle } from './dialogue.js';
import { type MechanismName, MECHANISMS, PASSWORD_MECHANISMS, refusesMechanism, TOKEN_MECHANISMS, UNENCRYPTED_MECHANISMS } from './sasl.js';
import type { SmtpLogin } from './smtp-settings.js';
import type { TokenSource } from './token-source.js';

/** The command of a failure when a token was refused. */
export const TOKEN_LOGIN = 'TOKEN';
/** The command of a failure when the server offers no login with a token. */
export const NO_XOAUTH2 = 'NO XOAUTH2';

/** Longer than the deadline of Microsoft's sign-in. */
const TOKEN_MS = 60_000;

/** The session that a login belongs to. */
interface LoginSession {
  /** The mechanisms that the server offers; undefined if it offers no login. */
  offered: readonly string[] | undefined;
  isEncrypted: boolean;
  command: (line: string) => Promise<string>;
  wait<T>(ms: number, start: (settle: Settle<T>) => void): Promise<T>;
  fail(failure: SmtpFailure): MailError;
  isOpen(): boolean;
  /** Called before a mechanism is used, with the redactor for the replies to it if the secret is a new one. */
  use(mechanism: string, redact?: Redact): void;
}

/** Logs in with a password or a token. Returns the redactor for later replies. @throws MailError */
export async function logIn(auth: SmtpLogin, session: LoginSession): Promise<Redact> {
  if (!session.offered) throw session.fail({ code: 'EAUTH', command: 'NOT OFFERED' });
  if ('password' in auth) {
    await logInWithPassword(auth.username, auth.password, session);
    return redactEchoedLogin;
  }
  return logInWithTokens(auth.username, auth.tokens, session);
}

/**
 * Tries the offered mechanisms until the server refuses something other than the mechanism. A mechanism that is not offered is never
 * used.
 */
async function logInWithPassword(username: string, password: string, session: LoginSession): Promise<void> {
  const known: readonly MechanismName[] = session.isEncrypted ? PASSWORD_MECHANISMS : UNENCRYPTED_MECHANISMS;
  const usable = known.filter((name) => session.offered!.includes(name));
  if (usable.length === 0) throw session.fail({ code: 'EAUTH', command: 'NO MECHANISM' });
  for (const [index, name] of usable.entries()) {
    session.use(name);
    const reply = await MECHANISMS[name](session.command, username, password);
    if (isAccepted(reply)) return;
    if (index < usable.length - 1 && refusesMechanism(reply)) continue;
    throw session.fail({ code: 'EAUTH', command: `AUTH ${name}`, response: reply, responseCode: Number.parseInt(reply) || 0 });
  }
}

/** Logs in with a token. Replaces a refused token once, because it may have been revoked before it expired. */
async function logInWithTokens(username: string, tokens: TokenSource, session: LoginSession): Promise<Redact> {
  const usable = TOKEN_MECHANISMS.filter((name) => session.offered!.includes(name));
  const used: string[] = [];
  const wait = (token: Promise<string>): Promise<string> =>
    session.wait<string>(TOKEN_MS, (settle) => {
      token.then(
        (value) => settle(null, value),
        (error: unknown) => settle(error instanceof MailError ? { known: error } : { code: 'EAUTH', message: String(error) }),
      );
    });
  const attempt = async (token: string): Promise<void> => {
    if (usable.length === 0) throw session.fail({ code: 'EAUTH', command: NO_XOAUTH2 });
    const redact = redactorFor({ username, password: token }, used.slice());
    used.push(token);
    for (const [index, name] of usable.entries()) {
      session.use(name, redact);
      const reply = await MECHANISMS[name](session.command, username, token);
      if (isAccepted(reply)) return;
      if (index < usable.length - 1 && refusesMechanism(reply)) continue;
      throw session.fail({ code: 'EAUTH', command: `AUTH ${TOKEN_LOGIN}`, response: reply, responseCode: Number.parseInt(reply) || 0 });
    }
  };
  const token = await wait(tokens.get());
  try {
    await attempt(token);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // A server may disconnect after a refusal; the next session uses the new token.
    const fresh = await (session.isOpen() ? wait(tokens.get(token)) : tokens.get(token));
    if (!session.isOpen()) throw error;
    await attempt(fresh);
  }
  return redactorAfter(username, used);
}

const isAccepted = (reply: string): boolean => reply.split('\n').every((line) => line.startsWith('235'));

function isRefusal(error: unknown): boolean {
  return error instanceof MailError && error.code === 'AUTH' && /^535\b/.test(error.reply ?? '');
}
