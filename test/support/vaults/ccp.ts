import { createPrivateCa, type PrivateCa } from '../../../lib/testing/private-ca.js';
import type { VaultTls } from '../../../lib/cyberark/index.js';
import { type Arrived, type HttpsServer, type Reply, startHttps } from './https-server.js';

export interface FakeCcp extends HttpsServer {
  url: string;
  /** Passwords by `safe/object`. */
  accounts: Map<string, string>;
  /** Called first for a request of the right application. Undefined returns the usual reply. */
  reply?: (request: Arrived) => Reply | undefined;
  /** The TLS options that the application needs. */
  tls: VaultTls & { key: string };
  authority: PrivateCa;
}

export const APP_ID = 'acme-mail';
/** The name in the application's certificate. */
export const CLIENT = 'mail.acme.example';

/**
 * Starts a fake of CyberArk's Central Credential Provider, which requires a certificate of its authority. Without one it replies
 * with a 403, like CyberArk's web server; `strict` ends the handshake instead.
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
  if (request.client !== CLIENT || searchParams.get('AppID') !== APP_ID) return buildCcpError(403, 'APPAP306E');
  const own = ccp.reply?.(request);
  if (own !== undefined) return own;
  const account = `${searchParams.get('Safe')}/${searchParams.get('Object')}`;
  const password = ccp.accounts.get(account);
  if (password === undefined) return buildCcpError(404, 'APPAP004E');
  return { status: 200, body: { Content: password, UserName: 'mailer', Address: 'smtp', PasswordChangeInProcess: 'False' } };
}

/** Builds a CCP error. Its text must never be shown. */
export function buildCcpError(status: number, code: string): Reply {
  return { status, body: { ErrorCode: code, ErrorMsg: `${code} Password object matching query [Safe=Mail;Object=words-of-the-vault]` } };
}
