import { describe, expect, it } from '@jest/globals';
import { AUTH_MECHANISMS } from '../../lib/shared/config-fields.js';
import { oneLine, redactEchoedLogin, redactorAfter, redactorFor, withoutSecrets } from '../../lib/transport/failures/server-words.js';

describe('redactorFor', () => {
  const auth = { username: 'ann@example.com', password: 'S3cret pass' };
  const redact = redactorFor(auth);
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  it.each([
    ['the password', 'no S3cret pass here', 'no *** here'],
    ['the password in base64', `no ${base64(auth.password)} here`, 'no *** here'],
    ['the PLAIN response', `500 what: ${base64(`\0${auth.username}\0${auth.password}`)}`, '500 what: ***'],
    ['a PLAIN response cut short', `500 what: ${base64(`\0${auth.username}\0${auth.password}`).slice(0, 28)}`, '500 what: ***'],
    ['the rest of a PLAIN response', `535 5.7.8 ${base64(`\0${auth.username}\0${auth.password}`).slice(30)}`, '535 5.7.8 ***'],
    [
      'a PLAIN response over two lines',
      `535-5.7.8 ${base64(`\0${auth.username}\0${auth.password}`).slice(0, 30)}\r\n535 5.7.8 ${base64(`\0${auth.username}\0${auth.password}`).slice(30)}`,
      '535 5.7.8 ***',
    ],
    ['the password as in a form', '500 no S3cret+pass here', '500 no *** here'],
    ['the password over two lines', '535-5.7.8 no S3cr\r\n535 5.7.8 et pass here', '535 5.7.8 no *** here'],
    ['an AUTH line', '500 "AUTH PLAIN AGFiY2RlZg=="', '500 "AUTH PLAIN ***'],
    ['an AUTH line over two lines', '500-AUTH PLAIN AHVzZXIAVHIw\r\n500 MHViNGRvcg==', '500 AUTH PLAIN ***'],
    ['a CRAM-MD5 response', `535 ${base64(`${auth.username} 0123456789abcdef`)}`, '535 ***'],
  ])('redacts %s', (_what, words, expected) => {
    expect(redact(words)).toBe(expected);
  });

  it.each([
    ['XOAUTH2', 'user=ann@example.com\u0001auth=Bearer '],
    ['OAUTHBEARER', 'n,a=ann@example.com,\u0001auth=Bearer '],
  ])('redacts a token, even if the server wraps it: %s', (_mechanism, start) => {
    const token = `eyJ0eXAiOiJKV1QifQ.${'x'.repeat(200)}.signature`;
    const sent = base64(`${start}${token}\u0001\u0001`);
    const lines = sent.match(/.{1,76}/g)!.map((line, index, all) => `535${index === all.length - 1 ? ' ' : '-'}${line}`);
    const said = redactorFor({ username: 'ann@example.com', password: token })(lines.join('\r\n'));
    expect(said).toMatch(/^535( \*\*\*)+$/);
    const later = redactorAfter('ann@example.com', [token]);
    expect(later(`550 you sent ${sent}`)).toBe('550 you sent ***');
    expect(later(lines.join('\r\n'))).toBe('535 ***');
  });

  it('keeps ordinary text', () => {
    expect(redact('535 5.7.8 Username and Password not accepted. Learn more at https://example.com/BadCredentials')).toBe(
      '535 5.7.8 Username and Password not accepted. Learn more at https://example.com/BadCredentials',
    );
  });

  it('joins the lines of a reply', () => {
    expect(redact('550-5.1.1 The account\r\n550-5.1.1 does\r\n550 5.1.1 not exist')).toBe('550 5.1.1 The account does not exist');
  });
});

describe('redactEchoedLogin', () => {
  it('does not reveal that a guess in an address was right', () => {
    expect(redactEchoedLogin('550 5.1.1 <monkey.S3cret.123@x.y> unknown')).toBe('550 5.1.1 <monkey.S3cret.123@x.y> unknown');
  });

  it.each([...AUTH_MECHANISMS.password, ...AUTH_MECHANISMS.oauth2])('redacts an echoed login: %s', (mechanism) => {
    expect(redactEchoedLogin(`500 AUTH ${mechanism} Zm9vYmFy what`)).toBe(`500 AUTH ${mechanism} ***`);
  });
});

describe('withoutSecrets', () => {
  it.each([
    ['as it is', 'x8Q~a b!c'],
    ['in base64', Buffer.from('x8Q~a b!c').toString('base64')],
    ['as part of a URL', encodeURIComponent('x8Q~a b!c')],
    ['in base64url', Buffer.from('x8Q~a b!c').toString('base64url')],
    ['in JSON', 'x8Q\\u007ea b!c'],
    ['in HTML', 'x8Q&#126;a b!c'],
    ['as part of a URL in lower case', 'x8Q%7ea%20b!c'],
    ['as part of a form', String(new URLSearchParams({ client_secret: 'x8Q~a b!c' })).slice(14)],
  ])('redacts a secret %s', (_how, echoed) => {
    expect(withoutSecrets(`client_secret=${echoed}&scope=x`, ['x8Q~a b!c'])).toBe('client_secret=***&scope=x');
  });

  it.each([
    ['Authorization: Bearer EwB4A8l6BAAU7p9QDpi', 'Authorization: Bearer ***'],
    ['{"access_token":"EwB4A8l6BAAU","expires_in":3599}', '{"access_token":"***","expires_in":3599}'],
    ['refresh_token=M.C531_BAY.0.U.-Cm~x&scope=y', 'refresh_token=***&scope=y'],
    ['https://o.example/upload?authtoken=a.b-c_d0123456&x=1', 'https://o.example/upload?authtoken=***&x=1'],
    ['Authorization: Token token="ZXlKaGJHY2lP"', 'Authorization: Token token="***"'],
    ['The access token has expired; the token is invalid.', 'The access token has expired; the token is invalid.'],
    ['{"schemes":"Bearer","scope":"https://mail.example/"}', '{"schemes":"Bearer","scope":"https://mail.example/"}'],
  ])('redacts an unknown token: %s', (said, shown) => {
    expect(withoutSecrets(said, [])).toBe(shown);
  });

  it('reads only what it shows, and leaves no part of a secret at the end', () => {
    const shown = withoutSecrets(`${'x8Q~a b!c '.repeat(799)}${' '.repeat(5)}x8Q~a b!c`, ['x8Q~a b!c']);
    expect(shown).not.toContain('x8Q');
    expect(withoutSecrets('x'.repeat(1_000_000), ['x8Q~a b!c'])).toHaveLength(500);
  });

  it('handles half a character', () => {
    expect(withoutSecrets('no \ud83d-half here', ['\ud83d-half'])).toBe('no *** here');
  });
});

describe('oneLine', () => {
  it('removes control and direction characters and truncates long text', () => {
    expect(oneLine('a\u0000b\u001b[31mc\u202ed\r\ne')).toBe('a b [31mc d e');
    expect(oneLine(`${' '.repeat(10_000)}later`)).toBe('');
    expect(oneLine('x'.repeat(900))).toHaveLength(500);
  });
});
