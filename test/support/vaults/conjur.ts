import { createPrivateCa } from '../../../lib/testing/private-ca.js';
import { type Arrived, type HttpsServer, type Reply, startHttps } from './https-server.js';

export interface FakeConjur extends HttpsServer {
  url: string;
  /** The authority to trust, in PEM. */
  ca: string;
  /** Values by id; null for a variable without a value. */
  variables: Map<string, string | null>;
  /** Called first for a request with a valid token. Undefined returns the usual reply. */
  reply?: (request: Arrived) => Reply | undefined;
  /** Expires all tokens issued so far. */
  expireTokens: () => void;
}

export const ACCOUNT = 'acme';
export const LOGIN = 'host/mail/app';
export const API_KEY = '14m9cf91wfsesv1kkhevg12cdywm';

/** Starts a fake of Conjur: an API key gets a token, and the token gets variables. */
export async function startConjur(): Promise<FakeConjur> {
  const authority = await createPrivateCa('Conjur CA');
  const { key, cert } = await authority.issue();
  let generation = 1;
  const server = await startHttps({ key, cert }, (request) => {
    const token = JSON.stringify({ protected: 'e30=', payload: `generation-${generation}`, signature: 'x' });
    if (request.method === 'POST') return authenticate(request, token);
    const isValid = request.headers.authorization === `Token token="${Buffer.from(token).toString('base64')}"`;
    return isValid ? answer(conjur, request) : { status: 401, body: '' };
  });
  const conjur: FakeConjur = Object.assign(server, {
    url: `https://localhost:${server.port}`,
    ca: authority.certificate,
    variables: new Map<string, string | null>(),
    expireTokens: () => void (generation += 1),
  });
  return conjur;
}

function authenticate({ url, body }: Arrived, token: string): Reply {
  const isKnown = url === `/authn/${ACCOUNT}/${encodeURIComponent(LOGIN)}/authenticate` && body === API_KEY;
  return isKnown ? { status: 200, body: token } : { status: 401, body: '' };
}

function answer(conjur: FakeConjur, request: Arrived): Reply {
  const own = conjur.reply?.(request);
  if (own !== undefined) return own;
  const { pathname, searchParams } = new URL(request.url, 'https://conjur');
  if (pathname === `/resources/${ACCOUNT}` && searchParams.get('kind') === 'variable') {
    return { status: 200, body: [...conjur.variables.keys()].map((id) => ({ id: `${ACCOUNT}:variable:${id}`, annotations: [] })) };
  }
  const [, id = ''] = new RegExp(`^/secrets/${ACCOUNT}/variable/([^/]+)$`).exec(pathname) ?? [];
  const value = conjur.variables.get(decodeURIComponent(id));
  return value == null
    ? { status: 404, body: { error: { code: 'not_found', message: 'words-of-the-vault' } } }
    : { status: 200, body: value };
}
