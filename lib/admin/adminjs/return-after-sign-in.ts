import type { IncomingMessage, ServerResponse } from 'node:http';

/** The parts of AdminJS's options that name its pages. */
interface PanelPaths {
  rootPath: string;
  loginPath: string;
  logoutPath: string;
}

/** A request as Express extends it. */
interface PageRequest extends IncomingMessage {
  originalUrl?: string;
  secure?: boolean;
}

const COOKIE = 'smtp-admin-requested';
/** The time to sign in. */
const MAX_AGE_S = 15 * 60;
/** Browsers reject cookies of more than 4 kB. */
const MAX_LENGTH = 2_000;

/**
 * Returns middleware that opens the requested page after the sign-in. AdminJS sends everyone to its start page: its sign-in reads
 * `session.redirectTo`, which nothing sets. The page is kept in a cookie, because a session would be stored for each visitor who is not
 * signed in, and because applications replace the session at the sign-in.
 */
export function returnAfterSignIn(panel: PanelPaths) {
  const { rootPath, loginPath } = panel;
  return (request: PageRequest, response: ServerResponse, next: () => void): void => {
    const url = request.originalUrl ?? '';
    const path = url.replace(/\?.*/s, '');
    const isPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
    const isSignIn = request.method === 'POST' && isSamePath(path, loginPath);
    if (isPage || isSignIn) {
      beforeHead(response, () => {
        const location = response.getHeader('location');
        if (isPage && location === loginPath) keepPage(request, response, pageOf(url, panel), rootPath);
        if (!isSignIn || location !== rootPath) return;
        const requested = cookieOf(request);
        if (requested === undefined) return;
        response.setHeader('location', pageOf(requested, panel) ?? rootPath);
        keepPage(request, response, undefined, rootPath);
      });
    }
    next();
  };
}

/** Calls a function before the headers of a response are sent. */
function beforeHead(response: ServerResponse, work: () => void): void {
  const writeHead = response.writeHead.bind(response) as (...values: unknown[]) => ServerResponse;
  response.writeHead = (...values: unknown[]): ServerResponse => {
    response.writeHead = writeHead;
    work();
    return writeHead(...values);
  };
}

/**
 * Returns the path and query of a page of this panel. Returns undefined for the pages to sign in and out, and for anything else, which a
 * forged cookie could name.
 */
function pageOf(url: string, { rootPath, loginPath, logoutPath }: PanelPaths): string | undefined {
  if (url.length > MAX_LENGTH || !URL.canParse(url, 'http://panel')) return undefined;
  const { origin, pathname, search } = new URL(url, 'http://panel');
  // Browsers read a path that starts with two slashes as the name of a host. `/.//host` is one only when its dot is resolved.
  if (origin !== 'http://panel' || pathname.startsWith('//')) return undefined;
  if ([loginPath, logoutPath].some((path) => isSamePath(pathname, path))) return undefined;
  const root = rootPath.replace(/\/$/, '');
  return pathname === root || pathname.startsWith(`${root}/`) ? pathname + search : undefined;
}

/** True for paths that Express routes to the same handler. */
function isSamePath(path: string, other: string): boolean {
  const [a, b] = [path, other].map((one) => one.toLowerCase().replace(/\/$/, ''));
  return a === b;
}

/** Stores the page in the cookie, or deletes the cookie. */
function keepPage(request: PageRequest, response: ServerResponse, page: string | undefined, path: string): void {
  const value = page === undefined ? '' : encodeURIComponent(page);
  const attributes = `Max-Age=${page === undefined ? 0 : MAX_AGE_S}; Path=${path}; HttpOnly; SameSite=Lax${request.secure ? '; Secure' : ''}`;
  response.appendHeader('set-cookie', `${COOKIE}=${value}; ${attributes}`);
}

function cookieOf({ headers }: IncomingMessage): string | undefined {
  const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  const value = cookies.find((cookie) => cookie.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
  try {
    return value && decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
