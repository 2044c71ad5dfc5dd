import type { SmtpAuthMechanism } from '../../shared/config-fields.js';
import { MailError } from '../../shared/mail-error.js';
import type { SmtpFailure } from '../failures/failure-context.js';
import { oneLine, type Redact, redactEchoedLogin, redactorAfter, redactorFor } from '../failures/server-words.js';
import type { Settle } from './dialogue.js';
import { MECHANISMS, mechanismsFor, refusesMechanism } from './sasl.js';
import type { SmtpLogin } from './smtp-settings.js';
import type { TokenSource } from './token-source.js';

/** The command of a failure when a token was refused. */
export const TOKEN_LOGIN = 'TOKEN';

/** Enough for every mechanism that exists. */
const MAX_OFFERED = 200;
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
  if (!session.offered) throw session.fail({ code: 'EAUTH', reason: 'auth_not_offered' });
  if ('password' in auth) {
    await logInWithPassword(auth, session);
    return redactEchoedLogin;
  }
  return logInWithTokens(auth, session);
}

/**
 * Returns the mechanisms to try, in order: the one that was chosen, or those that the server offers. A mechanism that is not offered
 * is never used.
 */
function usableFor(auth: SmtpLogin, session: LoginSession): readonly SmtpAuthMechanism[] {
  const secret = 'password' in auth ? 'password' : 'token';
  const known = mechanismsFor(secret, session.isEncrypted);
  const usable = known.filter((name) => session.offered!.includes(name) && name === (auth.mechanism ?? name));
  if (usable.length > 0) return usable;
  if (auth.mechanism) throw session.fail(refusedChoice(auth.mechanism, session));
  throw session.fail({ code: 'EAUTH', reason: secret === 'password' ? 'auth_no_mechanism' : 'auth_no_xoauth2' });
}

/** Returns the failure of a mechanism that was chosen: the server does not offer it, or refuses it with a reply. */
function refusedChoice(mechanism: string, { offered }: LoginSession, response?: string): SmtpFailure {
  const values = { mechanism, offered: oneLine(offered!.join(', ') || '–', MAX_OFFERED) };
  return { code: 'EAUTH', reason: 'auth_mechanism', values, ...(response && { response, responseCode: Number.parseInt(response) || 0 }) };
}

/** Tries mechanisms until the server refuses something other than the mechanism. */
async function logInWithPassword(auth: SmtpLogin & { password: string }, session: LoginSession): Promise<void> {
  const usable = usableFor(auth, session);
  for (const [index, name] of usable.entries()) {
    session.use(name);
    const reply = await MECHANISMS[name](session.command, auth.username, auth.password);
    if (isAccepted(reply)) return;
    if (index < usable.length - 1 && refusesMechanism(reply)) continue;
    if (auth.mechanism && refusesMechanism(reply)) throw session.fail(refusedChoice(name, session, reply));
    throw session.fail({ code: 'EAUTH', command: `AUTH ${name}`, response: reply, responseCode: Number.parseInt(reply) || 0 });
  }
}

/** Logs in with a token. Replaces a refused token once, because it may have been revoked before it expired. */
async function logInWithTokens(auth: SmtpLogin & { tokens: TokenSource }, session: LoginSession): Promise<Redact> {
  const { username, tokens } = auth;
  const usable = usableFor(auth, session);
  const used: string[] = [];
  const wait = (token: Promise<string>): Promise<string> =>
    session.wait<string>(TOKEN_MS, (settle) => {
      token.then(
        (value) => settle(null, value),
        (error: unknown) => settle(error instanceof MailError ? { known: error } : { code: 'EAUTH', message: String(error) }),
      );
    });
  const attempt = async (token: string): Promise<void> => {
    const redact = redactorFor({ username, password: token }, used.slice());
    used.push(token);
    for (const [index, name] of usable.entries()) {
      session.use(name, redact);
      const reply = await MECHANISMS[name](session.command, username, token);
      if (isAccepted(reply)) return;
      if (index < usable.length - 1 && refusesMechanism(reply)) continue;
      if (auth.mechanism && refusesMechanism(reply)) throw session.fail(refusedChoice(name, session, reply));
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
