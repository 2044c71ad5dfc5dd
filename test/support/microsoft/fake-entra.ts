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
  /** Looks like a JWT unless `isOpaque` is set. Nothing here reads it. */
  token: string;
  scope: string;
  grant: string;
}

/** A fake of Microsoft's sign-in with one tenant, one app and one user. */
export class FakeEntra {
  /** All issued tokens, newest last. */
  readonly issued: Issued[] = [];
  /** The lifetime of new tokens in seconds. */
  lifetime = 3_600;
  /** Requires a second factor from the user. */
  needsMfa = false;
  hasConsent = true;
  /** Issues tokens without a recognizable structure. */
  isOpaque = false;
  /** The current secret of the app. Change it to rotate. */
  clientSecret = CLIENT_SECRET;
  /** Called first for each request. */
  script: (request: Received) => Reply = () => undefined;
  #server!: FakeServer;

  private constructor(private readonly resources: () => string[]) {}

  /** Starts the fake for these resources, the hosts whose `/.default` may be requested. */
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
      return buildRefusal(400, 'invalid_tenant', 90002, `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID.`);
    }
    if (rest.join('/') === 'v2.0/.well-known/openid-configuration') return { status: 200, body: buildDiscovery(this.host) };
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
      return buildRefusal(400, 'unauthorized_client', 700016, `Application with identifier '${form.get('client_id')}' was not found.`);
    }
    if (secret === null) return buildRefusal(401, 'invalid_client', 7000218, "The request body must contain 'client_secret'.");
    if (secret === EXPIRED_SECRET) return buildRefusal(401, 'invalid_client', 7000222, 'The provided client secret keys are expired.');
    return secret === this.clientSecret ? undefined : buildRefusal(401, 'invalid_client', 7000215, 'Invalid client secret provided.');
  }

  #refusedScope(scope: string): Answer | undefined {
    if (this.resources().some((host) => scope === `https://${host}/.default`)) return undefined;
    return buildRefusal(400, 'invalid_resource', 500011, `The resource principal named ${scope} was not found in the tenant.`);
  }

  #refusedUser(form: URLSearchParams): Answer | undefined {
    if (!this.hasConsent) return buildRefusal(400, 'invalid_grant', 65001, 'The user or administrator has not consented.');
    if (form.get('username') !== USER || form.get('password') !== USER_PASSWORD) {
      return buildRefusal(400, 'invalid_grant', 50126, 'Error validating credentials due to invalid username or password.');
    }
    if (!this.needsMfa) return undefined;
    return buildRefusal(400, 'interaction_required', 50076, 'You must use multi-factor authentication to access it.');
  }
}

function buildDiscovery(host: string): object {
  const base = `https://${host}/${TENANT}`;
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    issuer: `${base}/v2.0`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
  };
}

/** Builds a refusal like Entra's, with the error number in the text and separately. */
function buildRefusal(status: number, error: string, number: number, words: string): Answer {
  const trace = `Trace ID: ${randomUUID()} Correlation ID: ${randomUUID()} Timestamp: 2026-11-20 15:00:00Z`;
  return { status, body: { error, error_description: `AADSTS${number}: ${words} ${trace}`, error_codes: [number], suberror: '' } };
}
