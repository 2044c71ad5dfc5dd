import type { IncomingHttpHeaders } from 'node:http';

/**
 * True if a browser sent the request from another site's page. AdminJS has no CSRF token; what a browser says
 * about the origin cannot be forged by a page. Programs that are no browsers say nothing and pass.
 */
export function isCrossSite(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin } = headers;
  if (origin === undefined) return false;
  const hosts = [headers.host, headers['x-forwarded-host']];
  try {
    return !hosts.includes(new URL(origin).host);
  } catch {
    return true;
  }
}
