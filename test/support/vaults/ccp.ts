import { createPrivateCa, type PrivateCa } from '../../../lib/testing/private-ca.js';
import type { VaultTls } from '../../../lib/cyberark/index.js';
import { type Arrived, type HttpsServer, type Reply, startHttps } from './https-server.js';

export interface FakeCcp extends HttpsServer {
  url: string;
  /** Passwords by `safe/object`. */
  accounts: Map<string, string>;
  /** Asked first, for a request with the right application: a reply of its own, or undefined for the usual one. */
  reply?: (request: Arrived) => Reply | undefined;
  /** What the application has to bring. */
  tls: VaultTls & { key: string };
  authority: PrivateCa;
}

export const APP_ID = 'acme-mail';
/** The name in the application's certificate. */
export const CLIENT = 'mail.acme.example';

/**
 * CyberArk's Central Credential Provider: it takes nobody without a certificate of its authority. As its web server does, it
 * says so with a 403; `strict` ends the handshake instead.
 */
export async function startCcp({ strict = false } = {}): Promise<FakeCcp> {
  const authority = await createPrivateCa('CyberArk CA');
  const { key, cert } = await authority.issue();
  const client = await authority.issue({ names: [CLIENT] });
  const options = { key, cert, ca: authority.certificate, requestCert: true, rejectUnauthorized: strict };
  const server = await startHttps(options, (request) => answer(ccp, request));
  const ccp: FakeCcp = Object.assign(server, {
    url: `https://localhost:${server.port}`,
    accounts: new Map<string, string>(),
    tls: { ca: authority.certificate, key: client.key, cert: client.cert },
    authority,
  });
  return ccp;
}

function answer(ccp: FakeCcp, request: Arrived): Reply {
  if (request.client === undefined) return { status: 403, body: '<html>403.7 - Client certificate required</html>' };
  const { pathname, searchParams } = new URL(request.url, 'https://ccp');
  if (pathname !== '/AIMWebService/api/Accounts') return { status: 404, body: 'Not Found' };
  if (request.client !== CLIENT || searchParams.get('AppID') !== APP_ID) return ccpError(403, 'APPAP306E');
  const own = ccp.reply?.(request);
  if (own !== undefined) return own;
  const account = `${searchParams.get('Safe')}/${searchParams.get('Object')}`;
  const password = ccp.accounts.get(account);
  if (password === undefined) return ccpError(404, 'APPAP004E');
  return { status: 200, body: { Content: password, UserName: 'mailer', Address: 'smtp', PasswordChangeInProcess: 'False' } };
}

/** A refusal in its form; its words must never be shown. */
export function ccpError(status: number, code: string): Reply {
  return { status, body: { ErrorCode: code, ErrorMsg: `${code} Password object matching query [Safe=Mail;Object=words-of-the-vault]` } };
}
