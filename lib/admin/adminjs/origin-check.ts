import type { IncomingHttpHeaders } from 'node:http';

/** The parts of a request that tell where it comes from and which host it asks. */
interface Origin {
  headers: IncomingHttpHeaders;
  /** Express's own answer: from `X-Forwarded-Host` where the application trusts its proxy, else from `Host`. */
  host?: string;
}

/**
 * True if a browser sent the request from another site's page. AdminJS has no CSRF token; what a browser says
 * about the origin cannot be forged by a page. Programs that are no browsers say nothing and pass.
 */
export function isCrossSite({ headers, host = headers.host }: Origin = { headers: {} }): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
