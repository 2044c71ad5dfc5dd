import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { MailError } from '../../lib/shared/mail-error.js';
import { AUTH_MECHANISMS, type SmtpAuthMechanism } from '../../lib/shared/config-fields.js';
import { scramSha256 } from '../../lib/transport/smtp/sasl.js';
import { SmtpSession } from '../../lib/transport/smtp/smtp-session.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import type { TokenSource } from '../../lib/transport/smtp/token-source.js';
import { makeCertificates, type Certificates } from '../support/certificates.js';
import { buildSettings } from '../support/mails.js';
import type { ServerScript } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

const USER = 'tim,=ü';
const PASSWORD = 'tanstaaf pß';
const OK = '235 2.7.0 ok';
const NO = '535 5.7.8 Username and password not accepted';

const encode = (text: string | Buffer) => Buffer.from(text as string).toString('base64');
const decode = (text: string) => Buffer.from(text, 'base64').toString('utf8');
const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest();

/** The server's side of a login: returns the reply to each line. */
type Side = (line: string) => string;
/** Makes the server's side for one login. */
type Mechanism = (user: string, password: string) => Side;

/** Returns a side that replies step by step; a step gets the decoded line. */
const steps = (...all: ((text: string, line: string) => string)[]): Side => {
  let step = 0;
  return (line) => all[step++]?.(decode(line.startsWith('AUTH ') ? (line.split(' ')[2] ?? '') : line), line) ?? '503 5.5.1 out of step';
};

const plain: Mechanism = (user, password) => steps((text) => (text === `\0${user}\0${password}` ? OK : NO));
const plainInTwo: Mechanism = (user, password) =>
  steps(
    () => '334',
    (text) => (text === `\0${user}\0${password}` ? OK : NO),
  );
const login: Mechanism = (user, password) =>
  steps(
    () => `334 ${encode('Username:')}`,
    (name) => (name === user ? `334 ${encode('Password:')}` : NO),
    (word) => (word === password ? OK : NO),
  );
const cramMd5: Mechanism = (user, password) => {
  const challenge = '<1896.697170952@mail.example>';
  const digest = createHmac('md5', password).update(challenge).digest('hex');
  return steps(
    () => `334 ${encode(challenge)}`,
    (text) => (text === `${user} ${digest}` ? OK : NO),
  );
};
/** SCRAM-SHA-256, as RFC 5802 describes the server. */
const scram =
  ({ iterations = '4096', salt = 'c2FsdA==', signature = '', extra = '', nonce = 'server' } = {}): Mechanism =>
  (user, password) => {
    let first = '';
    let serverFirst = '';
    return steps(
      (text) => {
        first = text.slice('n,,'.length);
        const clientNonce = first.split(',r=')[1]!;
        serverFirst = `${extra}r=${nonce === 'server' ? clientNonce + nonce : nonce === '' ? clientNonce : nonce},s=${salt},i=${iterations}`;
        return `334 ${encode(serverFirst)}`;
      },
      (text, line) => {
        if (line === '*') return '501 5.7.0 cancelled';
        const name = first.slice('n='.length, first.indexOf(',r='));
        const [withoutProof = '', proof = ''] = text.split(',p=');
        const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
        const transcript = `${first},${serverFirst},${withoutProof}`;
        const clientKey = hmac(salted, 'Client Key');
        const mask = hmac(createHash('sha256').update(clientKey).digest(), transcript);
        const expected = Buffer.from(clientKey.map((byte, index) => byte ^ mask[index]!)).toString('base64');
        const isUser = name.replaceAll('=2C', ',').replaceAll('=3D', '=') === user;
        if (!isUser || proof !== expected || !withoutProof.startsWith('c=biws,r=')) return NO;
        return `334 ${encode(`v=${signature || hmac(hmac(salted, 'Server Key'), transcript).toString('base64')}`)}`;
      },
      (_text, line) => (line === '' ? OK : '501 5.7.0 cancelled'),
    );
  };
const xoauth2: Mechanism = (user, token) =>
  steps(
    (text) => (text === `user=${user}\u0001auth=Bearer ${token}\u0001\u0001` ? OK : `334 ${encode('{"status":"401"}')}`),
    (_text, line) => (line === '' ? '535 5.7.8 no' : OK),
  );
const oauthBearer: Mechanism = (user, token) =>
  steps(
    (text) =>
      text === `n,a=${user.replaceAll('=', '=3D').replaceAll(',', '=2C')},\u0001auth=Bearer ${token}\u0001\u0001`
        ? OK
        : `334 ${encode('{"status":"invalid_token"}')}`,
    (text) => (text === '\u0001' ? '535 5.7.8 no' : OK),
  );

describe('login', () => {
  let certificates: Certificates;
  const sessions: SmtpSession[] = [];
  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((session) => session.quit()));
  });
  const serve = useServer();

  interface Attempt {
    /** The mechanisms that the server offers, each with its side. The others reply 504. */
    offers: Record<string, Mechanism>;
    security?: 'none' | 'tls';
    auth?: SmtpSettings['auth'];
    /** The password that the server knows. */
    password?: string;
    script?: ServerScript;
  }
  /** Logs in. Returns the mechanisms that were tried, the one that was used, and the error. */
  const attempt = async ({
    offers,
    security = 'tls',
    auth = { username: USER, password: PASSWORD },
    password = PASSWORD,
    script,
  }: Attempt) => {
    let side: Side | undefined;
    const server = await serve({
      tls: certificates.good,
      implicitTls: security === 'tls',
      offersStartTls: false,
      extensions: ['AUTH=LOGIN', `AUTH ${Object.keys(offers).join(' ')}`].slice(1),
      reply: (command) => {
        if (command.startsWith('EHLO') || command === 'QUIT') return undefined;
        if (command.startsWith('AUTH ')) {
          const mechanism = offers[command.split(' ')[1]!];
          if (!mechanism) return '504 5.5.4 not offered';
          side = mechanism(USER, password);
        }
        return side?.(command) ?? '503 5.5.1 out of step';
      },
      ...script,
    });
    const session = new SmtpSession(buildSettings(server, { security, ca: [certificates.ca], auth }));
    sessions.push(session);
    await session.connect();
    const error = await session.login().then(
      () => undefined,
      (thrown: unknown) => thrown as MailError,
    );
    const tried = server.commands.filter((command) => command.startsWith('AUTH ')).map((command) => command.split(' ')[1]);
    return { tried, used: session.authFacts().used, error, server };
  };
  const tokensOf = (...all: string[]): TokenSource => {
    let at = 0;
    return { get: async (refused?: string) => all[refused === undefined ? at : Math.min(++at, all.length - 1)]!, abort: () => undefined };
  };
  const refuse =
    (reply: string): Mechanism =>
    () =>
    () =>
      reply;

  it.each<[string, Mechanism]>([
    ['PLAIN', plain],
    ['PLAIN', plainInTwo],
    ['LOGIN', login],
    ['CRAM-MD5', cramMd5],
    ['SCRAM-SHA-256', scram()],
    ['SCRAM-SHA-256', scram({ iterations: '600000' })],
  ])('%s with a password', async (name, mechanism) => {
    for (const security of ['none', 'tls'] as const) {
      expect(await attempt({ offers: { [name]: mechanism }, security })).toMatchObject({ tried: [name], used: name, error: undefined });
    }
    const wrong = await attempt({ offers: { [name]: mechanism }, password: 'another' });
    expect(wrong).toMatchObject({ tried: [name], error: { code: 'AUTH', reply: NO, phase: 'auth' } });
  });

  it.each<[string, Mechanism]>([
    ['XOAUTH2', xoauth2],
    ['OAUTHBEARER', oauthBearer],
  ])('%s with a token, which is renewed once', async (name, mechanism) => {
    const auth = (...tokens: string[]) => ({ username: USER, tokens: tokensOf(...tokens) });
    const offers = { [name]: mechanism };
    expect(await attempt({ offers, password: 'token', auth: auth('token') })).toMatchObject({ tried: [name], error: undefined });
    expect(await attempt({ offers, password: 'token', auth: auth('old', 'token') })).toMatchObject({
      tried: [name, name],
      error: undefined,
    });
    expect(await attempt({ offers, password: 'token', auth: auth('old', 'older') })).toMatchObject({
      tried: [name, name],
      error: { code: 'AUTH', reply: '535 5.7.8 no' },
    });
  });

  describe('the choice of a mechanism', () => {
    const all = { 'CRAM-MD5': cramMd5, LOGIN: login, PLAIN: plain, 'SCRAM-SHA-256': scram() };

    it('hides the password if the connection is not encrypted', async () => {
      expect((await attempt({ offers: all, security: 'none' })).tried).toEqual(['SCRAM-SHA-256']);
      expect((await attempt({ offers: { PLAIN: plain, LOGIN: login, 'CRAM-MD5': cramMd5 }, security: 'none' })).tried).toEqual([
        'CRAM-MD5',
      ]);
      expect((await attempt({ offers: all })).tried).toEqual(['PLAIN']);
    });

    it.each([
      '504 5.5.4 Unrecognized authentication type',
      '535 5.7.8 Error: authentication failed: Invalid authentication mechanism',
      '538 5.7.11 Encryption required for requested authentication mechanism',
      '534 5.7.9 Authentication mechanism is too weak',
    ])('a refusal of the mechanism leads to the next one: %j', async (reply) => {
      const offers = { ...all, PLAIN: refuse(reply), LOGIN: refuse(reply) };
      expect(await attempt({ offers })).toMatchObject({
        tried: ['PLAIN', 'LOGIN', 'SCRAM-SHA-256'],
        used: 'SCRAM-SHA-256',
        error: undefined,
      });
      const none = Object.fromEntries(Object.keys(all).map((name) => [name, refuse(reply)]));
      expect(await attempt({ offers: none })).toMatchObject({
        tried: ['PLAIN', 'LOGIN', 'SCRAM-SHA-256', 'CRAM-MD5'],
        error: { code: 'AUTH', reply },
      });
    });

    it.each([
      NO,
      '535 5.7.8 Error: authentication failed: authentication failure',
      '535 Incorrect authentication data',
      '535 5.7.3 Authentication unsuccessful',
      '534-5.7.9 Application-specific password required.\r\n534 5.7.9 Learn more',
      '454 4.7.0 Temporary authentication failure',
      '500 5.5.2 line too long',
    ])('a refusal of the credentials does not: %j', async (reply) => {
      for (const security of ['none', 'tls'] as const) {
        const offers = Object.fromEntries(Object.keys(all).map((name) => [name, refuse(reply)]));
        const { tried, error } = await attempt({ offers, security });
        expect(tried).toHaveLength(1);
        expect(error).toMatchObject({ code: 'AUTH' });
      }
    });

    it('a refused mechanism for tokens leads to the other one', async () => {
      const auth = { username: USER, tokens: tokensOf('token') };
      const offers = { XOAUTH2: refuse('504 5.5.4 no such mechanism'), OAUTHBEARER: oauthBearer };
      expect(await attempt({ offers, auth, password: 'token' })).toMatchObject({ tried: ['XOAUTH2', 'OAUTHBEARER'], error: undefined });
    });

    it('uses nothing that is not offered', async () => {
      expect(await attempt({ offers: { NTLM: refuse(OK), GSSAPI: refuse(OK) } })).toMatchObject({
        tried: [],
        error: { code: 'AUTH', phase: 'auth' },
      });
      expect(await attempt({ offers: { XOAUTH2: xoauth2, OAUTHBEARER: oauthBearer } })).toMatchObject({
        tried: [],
        error: { code: 'AUTH' },
      });
      const auth = { username: USER, tokens: tokensOf('token') };
      expect(await attempt({ offers: all, auth })).toMatchObject({ tried: [], error: { code: 'AUTH', reason: 'auth_no_xoauth2' } });
      expect(await attempt({ offers: all, script: { extensions: ['8BITMIME'] } })).toMatchObject({
        tried: [],
        error: { code: 'AUTH', reason: 'auth_not_offered' },
      });
      // A name that only begins like a mechanism.
      expect(await attempt({ offers: { 'PLAIN-CLIENTTOKEN': refuse(OK), 'SCRAM-SHA-256-PLUS': refuse(OK) } })).toMatchObject({ tried: [] });
    });

    it('says so if only NTLM and GSSAPI are offered', async () => {
      const { error } = await attempt({ offers: { NTLM: refuse(OK), GSSAPI: refuse(OK) } });
      expect(error).toMatchObject({ reason: 'auth_no_mechanism' });
    });
  });

  describe('a chosen mechanism', () => {
    const choose = (mechanism: SmtpAuthMechanism) => ({ username: USER, password: PASSWORD, mechanism });
    const passwords = { PLAIN: plain, LOGIN: login, 'SCRAM-SHA-256': scram(), 'CRAM-MD5': cramMd5 };

    it.each(AUTH_MECHANISMS.password)('is the only one that is used: %s', async (mechanism) => {
      for (const security of ['tls', 'none'] as const)
        expect(await attempt({ offers: passwords, security, auth: choose(mechanism) })).toMatchObject({
          tried: [mechanism],
          used: mechanism,
          error: undefined,
        });
    });

    it.each(AUTH_MECHANISMS.oauth2)('is the only one that is used for a token: %s', async (mechanism) => {
      const auth = { username: USER, tokens: tokensOf('token'), mechanism };
      expect(await attempt({ offers: { XOAUTH2: xoauth2, OAUTHBEARER: oauthBearer }, auth, password: 'token' })).toMatchObject({
        tried: [mechanism],
        error: undefined,
      });
    });

    it('is not used unless the server offers it, and the error says which ones it offers', async () => {
      const { tried, error } = await attempt({ offers: { PLAIN: plain, LOGIN: login }, auth: choose('CRAM-MD5') });
      expect(tried).toEqual([]);
      expect(error).toMatchObject({
        code: 'AUTH',
        reason: 'auth_mechanism',
        values: { mechanism: 'CRAM-MD5', offered: 'PLAIN, LOGIN' },
        message: expect.stringContaining('The server does not accept the login mechanism CRAM-MD5. It offers PLAIN, LOGIN.'),
      });
    });

    it('is not replaced by another one if the server refuses it', async () => {
      const refusing = { PLAIN: refuse('504 5.5.4 Unrecognized authentication type'), LOGIN: login };
      expect(await attempt({ offers: refusing, auth: choose('PLAIN') })).toMatchObject({
        tried: ['PLAIN'],
        error: { reason: 'auth_mechanism', reply: '504 5.5.4 Unrecognized authentication type' },
      });
      expect(await attempt({ offers: { PLAIN: refuse(NO) }, auth: choose('PLAIN') })).toMatchObject({ error: { reason: 'auth_refused' } });
    });
  });

  describe('SCRAM-SHA-256', () => {
    it('the example of RFC 7677', async () => {
      const sent: string[] = [];
      const replies = [
        'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
        'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
      ];
      const exchange = async (line: string): Promise<string> => {
        sent.push(decode(line.replace('AUTH SCRAM-SHA-256 ', '')));
        const next = replies.shift();
        return next === undefined ? OK : `334 ${encode(next)}`;
      };
      expect(await scramSha256(exchange, 'user', 'pencil', 'rOprNGfwEbeRWgbNEkqO')).toBe(OK);
      expect(sent).toEqual([
        'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
        'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
        '',
      ]);
    });

    /** A server that accepts whatever it gets, but does not know the password. */
    const accepts =
      (first: (nonce: string) => string, last?: string): Mechanism =>
      () => {
        let step = 0;
        return (line) => {
          step += 1;
          if (line === '*' || line === '') return OK;
          if (step === 1) return first(decode(line.split(' ')[2]!).split('r=')[1]!);
          return last ?? OK;
        };
      };
    const valid = (nonce: string) => `334 ${encode(`r=${nonce}server,s=c2FsdA==,i=4096`)}`;

    it.each<[string, Mechanism]>([
      ['another signature', accepts(valid, `334 ${encode(`v=${encode('x'.repeat(32))}`)}`)],
      ['a shorter signature', accepts(valid, `334 ${encode('v=eA==')}`)],
      ['an error', accepts(valid, `334 ${encode('e=invalid-proof')}`)],
      ['no signature', accepts(valid)],
      ['success at once', accepts(() => OK)],
      ['another nonce', accepts(() => `334 ${encode('r=other,s=c2FsdA==,i=4096')}`)],
      ['only the nonce of the client', accepts((nonce) => `334 ${encode(`r=${nonce},s=c2FsdA==,i=4096`)}`)],
      ['no salt', accepts((nonce) => `334 ${encode(`r=${nonce}server,s=,i=4096`)}`)],
      ['an extension that must be understood', accepts((nonce) => `334 ${encode(`m=x,r=${nonce}server,s=c2FsdA==,i=4096`)}`)],
      ['not base64', accepts(() => '334 %%%% not base64 \t')],
      ['an empty challenge', accepts(() => '334')],
    ])('a server that sends %s is refused, even if it accepts the login', async (_what, mechanism) => {
      const offers = { 'SCRAM-SHA-256': mechanism, PLAIN: plain, LOGIN: login };
      const { tried, error, server } = await attempt({ offers, security: 'none' });
      expect(error).toMatchObject({ code: 'AUTH', phase: 'auth' });
      // The password is not revealed to it in another way.
      expect(tried).toEqual(['SCRAM-SHA-256']);
      expect(server.clearText).not.toContain(encode(`\0${USER}\0${PASSWORD}`));
    });

    it.each(['4095', '1', '0', '-4096', '600001', '2147483647', '1e5', '4096.5', '99999999999999999999', '', 'many'])(
      'an iteration count of %j is refused without hashing',
      async (iterations) => {
        const { tried, error, server } = await attempt({
          offers: { 'SCRAM-SHA-256': scram({ iterations }), PLAIN: plain },
          security: 'none',
        });
        expect(error).toMatchObject({ code: 'AUTH' });
        expect(tried).toEqual(['SCRAM-SHA-256']);
        // A hash of a few iterations would be sent; one of two thousand million would take minutes.
        expect(server.commands.filter((command) => /^(?:\*|[\w+/=]{20,})$/.test(command))).toEqual(['*']);
      },
    );
  });

  describe('hostile challenges', () => {
    const hostile = ['\t'.repeat(60_000), ' '.repeat(60_000), '='.repeat(60_000), 'A'.repeat(60_000), '\u0000\u0001%$§', '{"a":'];
    it.each(['LOGIN', 'CRAM-MD5', 'SCRAM-SHA-256', 'PLAIN'])('do not block %s', async (name) => {
      for (const challenge of hostile) {
        for (const code of ['334', '535', '235-x\r\n535']) {
          const { error } = await attempt({ offers: { [name]: refuse(`${code} ${challenge}`) }, security: 'none' });
          expect(error).toMatchObject({ phase: 'auth' });
        }
      }
    });

    it('an endless list of mechanisms and of challenges ends', async () => {
      const names = Array.from({ length: 3_000 }, (_, index) => `X${index}`).join(' ');
      expect((await attempt({ offers: { PLAIN: plain }, script: { extensions: [`AUTH ${names} PLAIN`] } })).error).toMatchObject({
        code: 'AUTH',
      });
      const offers = { PLAIN: refuse('334'), LOGIN: refuse('334'), 'CRAM-MD5': refuse('334'), 'SCRAM-SHA-256': refuse('334') };
      expect((await attempt({ offers })).error).toMatchObject({ code: 'AUTH' });
    });
  });

  it('AUTH= of old servers is understood', async () => {
    const script: ServerScript = { extensions: ['AUTH=PLAIN LOGIN', 'AUTH PLAIN'] };
    expect(await attempt({ offers: { PLAIN: plain }, script })).toMatchObject({ tried: ['PLAIN'], error: undefined });
  });
});
