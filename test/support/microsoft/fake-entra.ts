import { randomBytes, randomUUID } from 'node:crypto';
import type { ServerCertificate } from '../../../lib/testing/private-ca.js';
import { type Answer, type FakeServer, type Reaction, type Received, type Reply, startHttps } from './https-server.js';

export const TENANT = '72f988bf-0000-4000-8000-2d7cd011db47';
export const TENANT_DOMAIN = 'contoso.onmicrosoft.com';
export const CLIENT_ID = '11111111-2222-4333-8444-555555555555';
export const CLIENT_SECRET = 'Zx8~the+client/secret=ABC';
export const EXPIRED_SECRET = 'Zx8~the-secret-of-last-year';
export const USER = 'billing@contoso.com';
export const USER_PASSWORD = 'p4ss+w&rd of billing';

interface Issued {
  /** Looks like a JWT unless it `isOpaque`; nobody here reads one. */
  token: string;
  scope: string;
  grant: string;
}

/** Microsoft's sign-in: one tenant, one app, one user. */
export class FakeEntra {
  /** Every token it gave out, the latest last. */
  readonly issued: Issued[] = [];
  /** Seconds its tokens are good for. */
  lifetime = 3_600;
  /** Whether the user needs a second factor, and whether an administrator has consented. */
  needsMfa = false;
  hasConsent = true;
  /** Whether its tokens have no structure that anybody could know them by. */
  isOpaque = false;
  /** The secret the app has at present; change it to rotate. */
  clientSecret = CLIENT_SECRET;
  /** Asked first about each request. */
  script: (request: Received) => Reply = () => undefined;
  #server!: FakeServer;

  private constructor(private readonly resources: () => string[]) {}

  /** `resources`: the hosts whose `/.default` may be asked for. */
  static async start(certificate: ServerCertificate, resources: () => string[]): Promise<FakeEntra> {
    const entra = new FakeEntra(resources);
    entra.#server = await startHttps(certificate, (request) => entra.#answer(request));
    return entra;
  }

  get host(): string {
    return this.#server.host;
  }

  get requests(): Received[] {
    return this.#server.requests;
  }

  /** The forms of all sign-ins. */
  get signIns(): URLSearchParams[] {
    return this.requests.filter(({ method }) => method === 'POST').map(({ body }) => new URLSearchParams(body.toString()));
  }

  reset(): void {
    Object.assign(this, {
      clientSecret: CLIENT_SECRET,
      lifetime: 3_600,
      isOpaque: false,
      needsMfa: false,
      hasConsent: true,
      script: () => undefined,
    });
    this.issued.splice(0);
    this.requests.splice(0);
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  #answer(request: Received): Reaction {
    const scripted = this.script(request);
    if (scripted) return scripted;
    const [, tenant = '', ...rest] = request.path.split('/');
    if (tenant !== TENANT && tenant !== TENANT_DOMAIN) {
      return refusal(400, 'invalid_tenant', 90002, `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID.`);
    }
    if (rest.join('/') === 'v2.0/.well-known/openid-configuration') return { status: 200, body: discovery(this.host) };
    if (request.method !== 'POST' || rest.join('/') !== 'oauth2/v2.0/token') return { status: 404, body: 'nothing here' };
    return this.#token(new URLSearchParams(request.body.toString()));
  }

  #token(form: URLSearchParams): Answer {
    const scope = form.get('scope')?.split(' ')[0] ?? '';
    const grant = form.get('grant_type') ?? '';
    const refused = this.#refusedApp(form) ?? this.#refusedScope(scope) ?? (grant === 'password' ? this.#refusedUser(form) : undefined);
    if (refused) return refused;
    const parts = [12, 40, 20].map((size) => randomBytes(size).toString('base64url'));
    const token = this.isOpaque ? parts.join('') : `eyJ${parts.join('.')}`;
    this.issued.push({ token, scope, grant });
    return { status: 200, body: { token_type: 'Bearer', expires_in: this.lifetime, ext_expires_in: this.lifetime, access_token: token } };
  }

  #refusedApp(form: URLSearchParams): Answer | undefined {
    const secret = form.get('client_secret');
    if (form.get('client_id') !== CLIENT_ID) {
      return refusal(400, 'unauthorized_client', 700016, `Application with identifier '${form.get('client_id')}' was not found.`);
    }
    if (secret === null) return refusal(401, 'invalid_client', 7000218, "The request body must contain 'client_secret'.");
    if (secret === EXPIRED_SECRET) return refusal(401, 'invalid_client', 7000222, 'The provided client secret keys are expired.');
    return secret === this.clientSecret ? undefined : refusal(401, 'invalid_client', 7000215, 'Invalid client secret provided.');
  }

  #refusedScope(scope: string): Answer | undefined {
    if (this.resources().some((host) => scope === `https://${host}/.default`)) return undefined;
    return refusal(400, 'invalid_resource', 500011, `The resource principal named ${scope} was not found in the tenant.`);
  }

  #refusedUser(form: URLSearchParams): Answer | undefined {
    if (!this.hasConsent) return refusal(400, 'invalid_grant', 65001, 'The user or administrator has not consented.');
    if (form.get('username') !== USER || form.get('password') !== USER_PASSWORD) {
      return refusal(400, 'invalid_grant', 50126, 'Error validating credentials due to invalid username or password.');
    }
    if (!this.needsMfa) return undefined;
    return refusal(400, 'interaction_required', 50076, 'You must use multi-factor authentication to access it.');
  }
}

function discovery(host: string): object {
  const base = `https://${host}/${TENANT}`;
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    issuer: `${base}/v2.0`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
  };
}

/** As Entra refuses; it names the numbers of its errors in the text and apart from it. */
function refusal(status: number, error: string, number: number, words: string): Answer {
  const trace = `Trace ID: ${randomUUID()} Correlation ID: ${randomUUID()} Timestamp: 2026-11-20 15:00:00Z`;
  return { status, body: { error, error_description: `AADSTS${number}: ${words} ${trace}`, error_codes: [number], suberror: '' } };
}
