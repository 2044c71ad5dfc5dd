import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AdminApp, startAdminApp } from '../support/admin-app.js';

const PANELS = [
  { rootPath: '/admin', loginPath: '/admin/login', logoutPath: '/admin/logout' },
  { rootPath: '/', loginPath: '/login', logoutPath: '/logout' },
];

describe.each(PANELS)('The sign-in of a panel at $rootPath', ({ rootPath, loginPath, logoutPath }) => {
  let app: AdminApp;
  const root = rootPath.replace(/\/$/, '');

  beforeAll(async () => {
    app = await startAdminApp('sqlite', {}, { adminJsOptions: { rootPath, loginPath, logoutPath, resources: [] } });
  });
  afterAll(() => app.close());

  const request = (path: string, cookie: string) =>
    fetch(app.url + path, { redirect: 'manual', headers: { accept: 'text/html', ...(cookie && { cookie }) } });
  const cookiesOf = (response: Response): string[] => response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]!);

  /** Opens a page and returns the cookie that stores it. */
  const requestPage = async (path: string, cookie = ''): Promise<string> => {
    const response = await request(path, cookie);
    expect(response.headers.get('location')).toBe(loginPath);
    return cookiesOf(response).find((one) => one.startsWith('smtp-admin-requested=')) ?? '';
  };

  /** Signs in with a cookie and returns the response. */
  const signIn = (cookie: string, path = loginPath) =>
    fetch(app.url + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...(cookie && { cookie }) },
      body: new URLSearchParams({ email: 'admin@example.com', password: 'any' }),
    });
  const locationAfter = async (page: string): Promise<string | null> =>
    (await signIn(`smtp-admin-requested=${encodeURIComponent(page)}`)).headers.get('location');

  it('opens the requested page, and forgets it', async () => {
    const page = `${root}/resources/SmtpMessage?filters.status=failed&page=2`;
    const response = await signIn(await requestPage(page));
    expect(response.headers.get('location')).toBe(page);
    expect(cookiesOf(response)).toContain('smtp-admin-requested=');
  });

  it('accepts its own path in upper case', async () => {
    const page = `${root}/resources/SmtpAudit`;
    expect((await signIn(await requestPage(page), loginPath.toUpperCase())).headers.get('location')).toBe(page);
  });

  it('opens the start page without a request', async () => {
    expect((await signIn('')).headers.get('location')).toBe(rootPath);
  });

  it.each(['same', 'upper', 'slash'])('never signs out the admin who has just signed in: %s', async (way) => {
    const path = { same: logoutPath, upper: logoutPath.toUpperCase(), slash: `${logoutPath}/` }[way]!;
    const session = cookiesOf(await signIn('')).join('; ');
    const stored = await requestPage(path, session);
    expect((await signIn(stored)).headers.get('location')).toBe(rootPath);
    expect(await locationAfter(path)).toBe(rootPath);
  });

  it('does not lead back to itself', async () => {
    expect(await locationAfter(loginPath)).toBe(rootPath);
    expect(await locationAfter(`${loginPath.toUpperCase()}/?x=1`)).toBe(rootPath);
  });

  it.each([
    '//evil.example',
    '/.//evil.example',
    '/..//evil.example/x',
    '/\\evil.example',
    '/.\\\\evil.example',
    '///evil.example',
    'https://evil.example/admin/x',
    'javascript:alert(1)',
  ])('never leaves the panel: %s', async (page) => {
    expect(await locationAfter(page)).toBe(rootPath);
    const below = await locationAfter(root + page);
    expect(new URL(below!, app.url).origin).toBe(app.url);
  });
});
