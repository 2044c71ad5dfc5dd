import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { AUTH_MECHANISMS, type SmtpAuthMechanism } from '../../shared/config-fields.js';
import { oauthBearerResponse, xoauth2Response } from '../failures/server-words.js';

/** Sends a line of a login and returns the server's reply. */
type Exchange = (line: string) => Promise<string>;

/** Proves a user name and a password or token to a server. Returns the last reply, which is a 235 if the login succeeded. */
type Mechanism = (exchange: Exchange, username: string, secret: string) => Promise<string>;

/** Without encryption, the mechanisms that do not reveal the password come first. */
const UNENCRYPTED_MECHANISMS = ['SCRAM-SHA-256', 'CRAM-MD5', 'PLAIN', 'LOGIN'] as const;

/** Returns the login mechanisms for a secret, in the order in which they are tried. */
export function mechanismsFor(secret: 'password' | 'token', isEncrypted: boolean): readonly SmtpAuthMechanism[] {
  if (secret === 'token') return AUTH_MECHANISMS.oauth2;
  return isEncrypted ? AUTH_MECHANISMS.password : UNENCRYPTED_MECHANISMS;
}

/** The most hash iterations that a server may ask for; more would keep a thread busy for seconds. */
const MAX_ITERATIONS = 600_000;
/** The least that RFC 7677 permits. */
const MIN_ITERATIONS = 4_096;

const isChallenge = (reply: string): boolean => reply.startsWith('334');
const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
const challengeOf = (reply: string): Buffer => Buffer.from(reply.slice(4), 'base64');

export const MECHANISMS: Record<SmtpAuthMechanism, Mechanism> = {
  /** RFC 4616. */
  async PLAIN(exchange, username, password) {
    const response = base64(`\0${username}\0${password}`);
    const reply = await exchange(`AUTH PLAIN ${response}`);
    return isChallenge(reply) ? exchange(response) : reply;
  },

  /** draft-murchison-sasl-login: two challenges, whose words vary. */
  async LOGIN(exchange, username, password) {
    const first = await exchange('AUTH LOGIN');
    if (!isChallenge(first)) return first;
    const second = await exchange(base64(username));
    return isChallenge(second) ? exchange(base64(password)) : second;
  },

  /** RFC 2195. */
  async 'CRAM-MD5'(exchange, username, password) {
    const reply = await exchange('AUTH CRAM-MD5');
    if (!isChallenge(reply)) return reply;
    const digest = createHmac('md5', password).update(challengeOf(reply)).digest('hex');
    return exchange(base64(`${username} ${digest}`));
  },

  'SCRAM-SHA-256': (exchange, username, password) => scramSha256(exchange, username, password),

  /** learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth */
  async XOAUTH2(exchange, username, token) {
    const reply = await exchange(`AUTH XOAUTH2 ${xoauth2Response(username, token)}`);
    // Some servers explain a refusal in a challenge, and refuse after an empty response to it.
    return isChallenge(reply) ? exchange('') : reply;
  },

  /** RFC 7628. */
  async OAUTHBEARER(exchange, username, token) {
    const reply = await exchange(`AUTH OAUTHBEARER ${oauthBearerResponse(username, token)}`);
    return isChallenge(reply) ? exchange(base64('\u0001')) : reply;
  },
};

/**
 * RFC 5802 and RFC 7677, without channel binding. The server must prove that it knows the password, too: without this proof, the
 * result is empty, whatever the server replies, so that no other mechanism reveals the password to it.
 */
export async function scramSha256(
  exchange: Exchange,
  username: string,
  password: string,
  nonce = randomBytes(18).toString('base64'),
): Promise<string> {
  const name = username.normalize('NFKC').replaceAll('=', '=3D').replaceAll(',', '=2C');
  const clientFirst = `n=${name},r=${nonce}`;
  const first = await exchange(`AUTH SCRAM-SHA-256 ${base64(`n,,${clientFirst}`)}`);
  if (!isChallenge(first)) return first.startsWith('2') ? '' : first;
  const serverFirst = challengeOf(first).toString('utf8');
  const [, bothNonces = '', salt = '', count] = /^r=([^,]+),s=([^,]+),i=(\d{1,9})(?:,|$)/.exec(serverFirst) ?? [];
  const iterations = Number(count);
  const isValid = bothNonces.startsWith(nonce) && bothNonces !== nonce && iterations >= MIN_ITERATIONS && iterations <= MAX_ITERATIONS;
  if (!isValid) return cancel(exchange);
  const salted = await promisify(pbkdf2)(password.normalize('NFKC'), Buffer.from(salt, 'base64'), iterations, 32, 'sha256');
  const clientKey = hmac(salted, 'Client Key');
  const clientFinal = `c=biws,r=${bothNonces}`;
  const transcript = `${clientFirst},${serverFirst},${clientFinal}`;
  const signature = hmac(createHash('sha256').update(clientKey).digest(), transcript);
  const proof = Buffer.from(clientKey.map((byte, index) => byte ^ signature[index]!));
  const last = await exchange(base64(`${clientFinal},p=${proof.toString('base64')}`));
  if (!isChallenge(last)) return last.startsWith('2') ? '' : last;
  const expected = `v=${hmac(hmac(salted, 'Server Key'), transcript).toString('base64')}`;
  return isEqual(challengeOf(last), Buffer.from(expected)) ? exchange('') : cancel(exchange);
}

/** Cancels an exchange (RFC 4954 §4). */
async function cancel(exchange: Exchange): Promise<string> {
  await exchange('*');
  return '';
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const isEqual = (left: Buffer, right: Buffer): boolean => left.length === right.length && timingSafeEqual(left, right);

/** True if a reply refuses the mechanism, not the user name and password: another mechanism may succeed. */
export function refusesMechanism(reply: string): boolean {
  return reply.startsWith('504') || (/^5\d\d/.test(reply) && /\bmechanism\b/i.test(reply));
}
