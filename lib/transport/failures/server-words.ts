import { MIN_SECRET, secretReplacer } from './secret-replacer.js';

const MAX_LENGTH = 500;
/** The most characters of a text that are read, to limit the work. */
const MAX_READ = 10_000;
const HIDDEN = '***';
/** Matches a word that may be base64. */
const WORD = /[\w+/-]{6,}={0,2}/g;

/** Makes untrusted text safe to show: one line, no control or formatting characters, at most `max` characters. */
export function oneLine(text: string, max = MAX_LENGTH): string {
  const line = text
    .slice(0, MAX_READ)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}

/** Converts a server's text to one line without the secrets that were sent. */
export type Redact = (words: string) => string;

/** Matches a login that is quoted in a reply, and everything after it. */
const ECHOED_LOGIN = /\b(AUTH[ =]+(?:PLAIN|LOGIN|CRAM-MD5|SCRAM-SHA-256|XOAUTH2|OAUTHBEARER))\b[ =:]+[\w+/=-]{6,}.*/gi;

/**
 * Makes the function for replies up to the end of a login, because servers may echo a refused command, and wrap it. Removes the
 * password and everything sent with it in any encoding, everything after `AUTH`, and every base64 word that contains the user name
 * or the password or is part of what was sent.
 * @param earlier tokens that were sent before and refused
 */
export function redactorFor(auth: { username: string; password: string } | undefined, earlier: readonly string[] = []): Redact {
  if (!auth) return (words) => oneLine(joinReply(words));
  const { username, password } = auth;
  const plain = `\0${username}\0${password}`;
  const responses = [plain, ...tokenResponses(username, password)];
  const tokens = earlier.flatMap((token) => [...tokenResponses(username, token), token]);
  const sent = [password, ...responses, ...tokens].map(base64);
  let hide: ((text: string) => string) | undefined;
  return (words) => {
    // Built on first use: most connections never need it.
    hide ??= secretReplacer([...responses, password, ...tokens], HIDDEN);
    const line = hide(joinReply(words))
      .replace(ECHOED_LOGIN, `$1 ${HIDDEN}`)
      .replace(WORD, (word) => (containsSecret(word, [username, password]) || sent.some((text) => text.includes(word)) ? HIDDEN : word));
    return oneLine(line);
  };
}

/**
 * Cleans the replies after a login. They quote untrusted addresses, and hiding a text that looks like the password would confirm a
 * guess.
 */
export const redactEchoedLogin: Redact = (words) => oneLine(joinReply(words).replace(ECHOED_LOGIN, `$1 ${HIDDEN}`));

/** Makes the function for replies after a login with tokens. Also removes the tokens, which cannot be guessed. */
export function redactorAfter(username: string, tokens: readonly string[]): Redact {
  const secrets = tokens.flatMap((token) => [...tokenResponses(username, token), token]);
  let hide: ((text: string) => string) | undefined;
  return (words) => {
    hide ??= secretReplacer(secrets, HIDDEN);
    return redactEchoedLogin(hide(joinReply(words)));
  };
}

const TOKEN = /\beyJ[\w-]{8,}(\.[\w-]*){0,4}/g;
/** Matches everything after a name under which tokens are sent. */
const NAMED_TOKEN =
  /\b(bearer[ \t]+|(?:(?:access|refresh|id|auth|device)[_-]?token|token|assertion|client_assertion|client_secret|id_token_hint)["']?[ \t]*[:=][ \t]*["']?)[\w.~+/-]{8,}={0,2}/gi;

/** Removes the secrets in any encoding from an HTTPS response, and everything that looks like a token. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const line = secretReplacer(
    secrets,
    HIDDEN,
  )(text)
    .replace(WORD, (word) => (containsSecret(word, secrets) ? HIDDEN : word))
    .replace(NAMED_TOKEN, `$1${HIDDEN}`)
    .replace(TOKEN, HIDDEN);
  return oneLine(line);
}

/** Joins the lines of a reply: `550-5.1.1 no\n550 5.1.1 such user` becomes `550 5.1.1 no such user`. */
function joinReply(words: string): string {
  const [first = '', ...rest] = words.split(/\r?\n/);
  const texts = rest.map((line) => line.replace(/^\d{3}[ -](?:\d\.\d{1,3}\.\d{1,3} )?/, ''));
  return [first.replace(/^(\d{3})-/, '$1 '), ...texts].join(' ');
}

function containsSecret(word: string, secrets: readonly string[]): boolean {
  const decoded = Buffer.from(word, 'base64').toString('utf8');
  return secrets.some((secret) => secret.length > MIN_SECRET && decoded.includes(secret));
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** Returns the argument of `AUTH XOAUTH2`. */
export function xoauth2Response(username: string, token: string): string {
  return base64(xoauth2Payload(username, token));
}

/** Returns the argument of `AUTH OAUTHBEARER` (RFC 7628). */
export function oauthBearerResponse(username: string, token: string): string {
  return base64(oauthBearerPayload(username, token));
}

function oauthBearerPayload(username: string, token: string): string {
  const name = username.replaceAll('=', '=3D').replaceAll(',', '=2C');
  return `n,a=${name},\u0001auth=Bearer ${token}\u0001\u0001`;
}

function tokenResponses(username: string, token: string): string[] {
  return [xoauth2Payload(username, token), oauthBearerPayload(username, token)];
}

function xoauth2Payload(username: string, token: string): string {
  return `user=${username}\u0001auth=Bearer ${token}\u0001\u0001`;
}
