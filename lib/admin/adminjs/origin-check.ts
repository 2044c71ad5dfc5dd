import type { IncomingHttpHeaders } from 'node:http';

/** The parts of a request that show its origin and its target host. */
interface Origin {
  headers: IncomingHttpHeaders;
  /** Express's `host`: from `X-Forwarded-Host` if the application trusts its proxy, otherwise from `Host`. */
  host?: string;
}

/**
 * True if a browser sent the request from another site's page. AdminJS has no CSRF token, but a page cannot forge the headers in
 * which a browser reports the origin. Other clients send no such header and are accepted.
 */
export function isCrossSite({ headers, host = headers.host }: Origin = { headers: {} }): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
