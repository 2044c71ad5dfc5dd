// Must come first, because AdminJS reads the environment when it is imported.
import '../support/admin-environment.js';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExpressLoader } from '@adminjs/nestjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost, NestFactory } from '@nestjs/core';
import { requestLimits } from '../../lib/admin/index.js';
import { type AdminApp, type AdminClient, startAdminApp } from '../support/admin-app.js';
import { eventually } from '../support/eventually.js';
import { createHostResource } from '../support/host-resource.js';
import { startProcess } from '../support/processes/start-process.js';

const EDIT = '/api/resources/Host/records/1/edit';
const LIST = '/api/resources/Host/actions/list';
const DOTS = 'a.'.repeat(60_000);
const MULTIPART = { 'content-type': 'multipart/form-data; boundary=x' };
const buildPart = (head: string, body = 'y'): string => `--x\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n--x--\r\n`;
const buildFields = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, 'x']));
const buildForm = (entries: Record<string, string | Blob>): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(entries)) data.append(name, value);
  return data;
};
const buildFiles = (count: number): FormData =>
  buildForm(Object.fromEntries(Array.from({ length: count }, (_, index) => [`file${index}`, new Blob(['x'])])));

type Refused = [what: string, status: number, words: RegExp, body: () => RequestInit['body'], headers?: Record<string, string>];

describe('The request limits of the panel', () => {
  const host = createHostResource();
  let folder: string;
  let app: AdminApp;
  let cookie: string;
  let viewer: AdminClient;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), `smtp_test_${process.env.TEST_RUN ?? 'alone'}_uploads-`));
    app = await startAdminApp(
      'sqlite',
      {},
      {
        adminJsOptions: { rootPath: '/admin', resources: [host] },
        formidableOptions: { uploadDir: folder, keepExtensions: true, multiples: true, maxFileSize: 3_000_000 },
      },
    );
    viewer = await app.signIn('viewer@example.com');
    cookie = viewer.cookie;
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => void host.requests.splice(0));

  const send = async (path: string, body: RequestInit['body'], headers: Record<string, string> = {}) => {
    const response = await fetch(`${app.url}/admin${path}`, { method: 'POST', redirect: 'manual', headers: { cookie, ...headers }, body });
    return { status: response.status, text: await response.text() };
  };
  const json = (text: string) => send(EDIT, text, { 'content-type': 'application/json' });

  it.each<[string, number, RegExp, string]>([
    ['120 KB of dots in a name', 400, /"a\.a.*longer than 500 characters/, JSON.stringify({ [DOTS]: 'x' })],
    ['a name that is nested too deeply', 400, /nested more than 50 levels/, JSON.stringify({ ['a.'.repeat(60)]: 'x' })],
    ['values that are nested too deeply', 400, /nested more than 50 levels/, `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
    ['a list of many', 413, /more than 500 fields.*formidableOptions\.maxFields/, `{"a":[${'1,'.repeat(200_000)}1]}`],
    ['many fields', 413, /more than 500 fields/, JSON.stringify(buildFields(501))],
    ['a huge value', 413, /larger than 2097152 bytes.*maxFieldsSize/, JSON.stringify({ name: 'x'.repeat(2_100_000) })],
    ['an endless list', 400, /number above 9999/, JSON.stringify({ 'name.4294967290': 'x' })],
    ['an endless list in scientific notation', 400, /number above 9999/, JSON.stringify({ 'name.1e9': 'x' })],
    ['a slow regular expression', 400, /regular expression/, JSON.stringify({ '(a+)+$': 'x', [`${'a'.repeat(40)}!`]: 'y' })],
    ['another slow regular expression', 400, /regular expression/, JSON.stringify({ [`${'(a|a)'.repeat(40)}$`]: 'x' })],
    ['half a regular expression', 400, /regular expression/, JSON.stringify({ 'price (EUR': 'x' })],
    ['a prototype', 400, /contains .*__proto__/, '{"__proto__":{"isAdmin":true}}'],
    ['a prototype further down', 400, /contains .*__proto__/, '{"a":{"b":[{"__proto__":1}]}}'],
    ['a constructor', 400, /contains .*constructor/, '{"constructor":"x"}'],
    ['truncated JSON', 400, /not valid JSON/, '{"a":'],
    ['JSON that is not an object', 400, /not a JSON object/, '"abc"'],
    ['a JSON list', 400, /not a JSON object/, '[1]'],
  ])('refuse %s before AdminJS reads it', async (_what, status, words, body) => {
    const answer = await json(body);
    expect(answer).toMatchObject({ status, text: expect.stringMatching(words) });
    expect(JSON.parse(answer.text)).toMatchObject({ statusCode: status });
    expect(host.requests).toEqual([]);
  });

  it.each<Refused>([
    ['a long name in a form', 400, /more than 8192 bytes of headers/, () => buildForm({ [DOTS]: 'x' })],
    ['many fields in a form', 413, /more than 500 fields/, () => buildForm(buildFields(501))],
    ['many files', 413, /more than 20 files.*formidableOptions\.maxFiles/, () => buildFiles(21)],
    ['files that are too large', 413, /formidableOptions\.maxFileSize/, () => buildForm({ photo: new Blob(['x'.repeat(3_000_001)]) })],
    ['values that are too large', 413, /formidableOptions\.maxFieldsSize/, () => buildForm({ name: 'x'.repeat(2_100_000) })],
    ['headers that never end', 400, /8192 bytes of headers/, () => buildPart('filename="'.repeat(30_000)), MULTIPART],
    ['a part without a name', 400, /has no name/, () => buildPart('filename="a"'), MULTIPART],
    ['a part in an unknown encoding', 400, /could not be read/, () => buildPart('name="a"\r\nContent-Transfer-Encoding: gzip'), MULTIPART],
    ['half a form', 400, /could not be read/, () => buildPart('name="a"').slice(0, -6), MULTIPART],
    ['a form without a boundary', 400, /could not be read/, () => buildPart('name="a"'), { 'content-type': 'multipart/form-data' }],
    ['a stream in disguise', 400, /boundary/, () => 'x', { 'content-type': 'multipart/form-data; boundary=octet-stream' }],
    ['a stream', 415, /Send multipart/, () => 'x', { 'content-type': 'application/octet-stream' }],
    ['a text', 415, /Send multipart/, () => 'x', { 'content-type': 'text/plain' }],
    ['many pairs', 413, /more than 500 fields/, () => new URLSearchParams(buildFields(501))],
    ['many values of one name', 413, /more than 500 fields/, () => new URLSearchParams('a=b&'.repeat(501))],
  ])('refuse %s', async (...[, status, words, body, headers]: Refused) => {
    expect(await send(EDIT, body(), headers)).toMatchObject({ status, text: expect.stringMatching(words) });
    expect(host.requests).toEqual([]);
    await eventually(async () => expect(await readdir(folder)).toEqual([]));
  });

  it.each<[string, number, string]>([
    ['dots in the name of a filter', 400, `${LIST}?filters.${'a.'.repeat(5_000)}=1`],
    ['a filter called constructor', 400, `${LIST}?filters.constructor=x`],
    ['a filter called toString', 400, `${LIST}?filters.toString=x`],
    ['an endless list of filters', 400, `${LIST}?filters.a~~4000000000=x`],
    ['sorting by a constructor', 400, `${LIST}?sortBy=constructor`],
    ['sorting by two fields', 400, `${LIST}?sortBy=a&sortBy=b`],
    ['many parameters', 413, `${LIST}?${String(new URLSearchParams(buildFields(501)))}`],
    ['dots in the name of a searched field', 400, `/api/resources/Host/actions/search/x?searchProperty=${'a.'.repeat(5_000)}`],
    ['searching a prototype', 400, '/api/resources/Host/search/x?searchProperty=__proto__'],
    ['a bulk action on nothing', 400, '/api/resources/Host/bulk/bulkDelete'],
    ['the page of a bulk action on nothing', 400, '/resources/Host/bulk/bulkDelete'],
    ['two lists of ids', 400, '/api/resources/Host/bulk/bulkDelete?recordIds=1&recordIds=2'],
    ['many ids', 413, `/api/resources/Host/bulk/bulkDelete?recordIds=${'1,'.repeat(500)}1`],
    ['a path that cannot be decoded', 400, '/api/resources/%E0%A4%A/actions/list'],
  ])('refuse %s', async (_what, status, path) => {
    expect(await viewer.get(path)).toMatchObject({ status });
    expect(host.requests).toEqual([]);
  });

  it('also apply before login', async () => {
    expect(await app.nobody.post('/login', { [DOTS]: 'x' })).toMatchObject({ status: 400 });
  });

  it.each([
    '/api/resources/Nope/actions/list',
    '/api/resources/Host/actions/nope',
    '/api/resources/Host/records/1/constructor',
    '/api/resources/Host/records/1/list',
  ])('answer %s with 404, but redirect to the login without a session', async (path) => {
    expect(await viewer.get(path)).toMatchObject({ status: 404, json: { message: 'This resource or action does not exist.' } });
    expect(await app.nobody.get(path)).toMatchObject({ status: 302 });
  });

  it.each(['retryNow', 'bulkDelete'])('answer the bulk action %s on deleted records with 404', async (action) => {
    expect(await viewer.post(`/api/resources/SmtpMessage/bulk/${action}?recordIds=gone,too`)).toMatchObject({
      status: 404,
      json: { message: 'These records no longer exist.' },
    });
  });

  it('accept a form of the application, with its files in the configured folder', async () => {
    const photo = new File(['a photo'], 'me.png', { type: 'image/png' });
    const data = buildForm({ name: 'Zoë', 'tags.0': 'a', 'prices.EUR (net)': '1', photo });
    data.append('photo', new Blob(['another']), 'b.png');
    expect(await send(EDIT, data)).toMatchObject({ status: 200 });
    const [{ payload } = {}] = host.requests;
    expect(payload).toMatchObject({
      name: 'Zoë',
      'tags.0': 'a',
      'prices.EUR (net)': '1',
      photo: [{ name: 'me.png', type: 'image/png', size: 7 }, { size: 7 }],
    });
    const { path } = payload!.photo[0] as { path: string };
    expect(path).toMatch(/\.png$/);
    expect(await readFile(join(folder, path.slice(folder.length + 1)), 'utf8')).toBe('a photo');
    await Promise.all((await readdir(folder)).map((name) => rm(join(folder, name))));
  });

  it('accept all encodings of a form', async () => {
    await json(JSON.stringify({ name: 'x', tags: ['a', { b: null }] }));
    await send(
      EDIT,
      new URLSearchParams([
        ['name', 'Zoë'],
        ['tags', 'a'],
        ['tags', 'b'],
      ]),
    );
    await send(EDIT, null);
    expect(host.requests.map(({ payload }) => payload)).toEqual([
      { name: 'x', tags: ['a', { b: null }] },
      { name: 'Zoë', tags: ['a', 'b'] },
      {},
    ]);
    expect(await viewer.get(`${LIST}?filters.name=a.b*c&sortBy=name&page=1`)).toMatchObject({ status: 200 });
  });

  it('accept the largest form of the package', async () => {
    const manager = await app.signIn('admin@example.com');
    const addresses = Array.from({ length: 50 }, (_, index) => `a${index}@${'b'.repeat(60)}.example.com`);
    const values = { name: 'largest', description: 'd'.repeat(1_000), signature: 's'.repeat(250), caCertificate: 'c'.repeat(60_000) };
    const lists = Object.fromEntries(['cc', 'bcc'].flatMap((field) => addresses.map((address, index) => [`${field}.${index}`, address])));
    const response = await fetch(`${app.url}/admin/api/resources/SmtpConfig/actions/new`, {
      method: 'POST',
      headers: { cookie: manager.cookie },
      body: buildForm({ ...values, ...lists }),
    });
    expect(response.status).toBe(200);
    const { record } = (await response.json()) as { record: { errors: object } };
    expect(Object.keys(record.errors)).toEqual(expect.arrayContaining(['caCertificate', 'host']));
    expect(Object.keys(record.errors)).not.toContain('cc');
  });

  it('delete the files of requests without a session', async () => {
    const data = buildForm({ photo: new Blob(['x']) });
    data.append('photo', new Blob(['one more of this name']));
    const response = await fetch(`${app.url}/admin${EDIT}`, { method: 'POST', redirect: 'manual', body: data });
    expect(response.status).toBe(302);
    await eventually(async () => expect(await readdir(folder)).toEqual([]));
  });
});

describe('Request limits', () => {
  it('keep the process responsive', async () => {
    const panel = await startProcess(new URL('../support/panel.process.ts', import.meta.url), {});
    const url = await panel.ask<string>('url');
    const { cookie } = await signIn(url);
    const attack = fetch(`${url}/admin${EDIT}`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ [DOTS]: 'x' }),
    });
    const meanwhile = await Promise.all(Array.from({ length: 5 }, () => fetch(`${url}/admin/login`).then(({ status }) => status)));
    expect(meanwhile).toEqual([200, 200, 200, 200, 200]);
    expect((await attack).status).toBe(400);
    await panel.ask('stop');
    panel.kill('SIGKILL');
    await panel.exited;
  });

  it('survive a missing upload folder, and use the numbers of the application', async () => {
    const app = await startAdminApp(
      'sqlite',
      {},
      {
        adminJsOptions: { rootPath: '/admin', resources: [createHostResource()] },
        formidableOptions: { uploadDir: '/does/not/exist', maxFields: 2, maxFieldsSize: 10, maxFiles: 1 } as object,
      },
    );
    const { cookie } = await app.signIn('viewer@example.com');
    const status = async (body: FormData | URLSearchParams): Promise<number> =>
      (await fetch(`${app.url}/admin${EDIT}`, { method: 'POST', headers: { cookie }, body })).status;
    expect(await status(buildFiles(1))).toBe(500);
    expect(await status(buildFiles(2))).toBe(413);
    expect(await status(buildForm({ a: '1', b: '2', c: '3' }))).toBe(413);
    expect(await status(buildForm({ a: 'x'.repeat(11) }))).toBe(413);
    expect(await status(new URLSearchParams({ a: 'x'.repeat(11) }))).toBe(413);
    expect(await status(buildForm({ a: '1', b: '2' }))).toBe(200);
    await app.close();
  });

  it('work with the application’s loader and its injected dependencies', async () => {
    let adapter: unknown;
    @Injectable()
    class HostLoader extends ExpressLoader {
      constructor(private readonly host: HttpAdapterHost) {
        super();
      }
      override async register(...values: Parameters<ExpressLoader['register']>): Promise<void> {
        adapter = this.host.httpAdapter;
        await super.register(...values);
      }
    }
    const app = await startAdminApp('sqlite', {}, { customLoader: HostLoader });
    expect(adapter).toBeDefined();
    expect(await app.nobody.get('/login?constructor=1')).toMatchObject({ status: 400 });
    expect(await app.nobody.get('/login')).toMatchObject({ status: 200 });
    await app.close();
  });

  it('work with a panel that is built by hand', async () => {
    const app = await NestFactory.create(class Empty {}, { logger: false, bodyParser: false });
    app.use('/admin', requestLimits({ maxFields: 2 }), (request: { fields: object }, response: { end(text: string): void }) =>
      response.end(JSON.stringify(request.fields)),
    );
    await app.listen(0, '127.0.0.1');
    const post = async (values: object): Promise<unknown> =>
      (
        await fetch(`${await app.getUrl()}/admin`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(values),
        })
      ).json();
    expect(await post({ a: 1 })).toEqual({ a: 1 });
    expect(await post({ a: 1, b: 2, c: 3 })).toMatchObject({ statusCode: 413 });
    await app.close();
  });

  it('work with the router of a panel that is built by hand, as in docs/production.md', async () => {
    const host = createHostResource();
    const { default: AdminJS } = await import('adminjs');
    const { default: AdminJSExpress } = await import('@adminjs/express');
    const admin = new AdminJS({ rootPath: '/admin', resources: [host] });
    const auth = { authenticate: async (email: string) => ({ email }), cookieName: 'by-hand', cookiePassword: 'x'.repeat(40) };
    const session = { secret: 'x'.repeat(40), resave: false, saveUninitialized: false };
    const app = await NestFactory.create(class Empty {}, { logger: false });
    const { rootPath } = admin.options;
    app.use(rootPath, requestLimits({ maxFields: 5 }), AdminJSExpress.buildAuthenticatedRouter(admin, auth, null, session));
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const { cookie } = await signIn(url);
    const status = async (body: RequestInit['body']): Promise<number> =>
      (await fetch(`${url}/admin${EDIT}`, { method: 'POST', redirect: 'manual', headers: { cookie }, body })).status;
    expect(await status(buildForm({ name: 'New' }))).toBe(200);
    expect(host.requests).toHaveLength(1);
    expect(await status(buildForm({ [DOTS]: 'x' }))).toBe(400);
    expect(await status(buildForm(buildFields(6)))).toBe(413);
    expect(host.requests).toHaveLength(1);
    await app.close();
  });
});

async function signIn(url: string): Promise<{ cookie: string }> {
  const { headers } = await fetch(`${url}/admin/login`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ email: 'viewer@example.com', password: 'any' }),
  });
  return {
    cookie: headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
  };
}
