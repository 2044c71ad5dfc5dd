// Must come first, because AdminJS reads the environment when it is imported.
import { type AdminApp, SESSION_SECRET, startAdminApp } from '../support/admin-app.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ComponentLoader } from 'adminjs';
import fc from 'fast-check';
import { createSmtpResources } from '../../lib/admin/index.js';
import { type SmtpModuleOptions, internalSecrets } from '../../lib/index.js';
import { MICROSOFT_CLOUDS } from '../../lib/options/graph.js';
import { createPrivateCa } from '../../lib/testing/private-ca.js';
import { configureFuzzing, nastyText } from '../support/fuzz.js';
import { findFreePort } from '../support/services/shell.js';
import { KEY } from '../support/smtp-app.js';
import '../support/long-tests.js';

/** Secrets, each of which starts with unique letters that are recognized in any encoding. */
const SECRETS = {
  password: 'StoredPw7&"<zz>\'%=\\',
  clientSecret: 'StoredCs8~"<zz>\'%=\\',
  proxyPassword: 'StoredPx6^"<zz>\'%=\\',
  vault: 'VaultVal9&"<zz>\'%=\\',
  typed: 'TypedSec5&"<zz>\'%=\\',
};
/** Part of everything that requires a login. */
const INSIDE = 'inside.acme.io';
const MAX_MS = 20_000;
const WHO = { manager: 'admin@example.com', viewer: 'viewer@example.com', nobody: '' };

/** The tables that each action may change. */
const CHANGES: Record<string, string[]> = {
  'SmtpConfig.new': ['smtp_config', 'smtp_default', 'smtp_config_status', 'smtp_config_test', 'smtp_audit'],
  'SmtpConfig.edit': ['smtp_config', 'smtp_default', 'smtp_config_status', 'smtp_config_test', 'smtp_audit'],
  'SmtpConfig.delete': ['smtp_config', 'smtp_default', 'smtp_config_status', 'smtp_config_test', 'smtp_activity', 'smtp_audit'],
  'SmtpConfig.duplicate': ['smtp_config', 'smtp_config_status', 'smtp_config_test', 'smtp_audit'],
  'SmtpConfig.setDefault': ['smtp_default', 'smtp_audit'],
  'SmtpConfig.test': ['smtp_config_status', 'smtp_config_test', 'smtp_audit'],
  'SmtpConfig.testDraft': ['smtp_config_status', 'smtp_config_test', 'smtp_audit'],
  'SmtpConfig.detect': ['smtp_audit'],
  'SmtpConfig.fetchCertificates': ['smtp_audit'],
  'SmtpConfig.checkSecret': ['smtp_audit'],
  'SmtpActivity.edit': ['smtp_activity', 'smtp_audit'],
  'SmtpMessage.preview': ['smtp_audit'],
  'SmtpMessage.eml': ['smtp_audit'],
  'SmtpMessage.attachment': ['smtp_audit'],
  'SmtpMessage.csv': ['smtp_audit'],
  'SmtpMessage.resend': ['smtp_message', 'smtp_message_body', 'smtp_audit'],
  'SmtpMessage.retryNow': ['smtp_message', 'smtp_config_status', 'smtp_audit'],
  'SmtpMessage.cancel': ['smtp_message', 'smtp_message_body', 'smtp_audit'],
  'SmtpMessage.tryNow': ['smtp_config_status', 'smtp_audit'],
};
/** The tables that a failed action may change, because it connected to a server or a vault. */
const RECORDED: Record<string, string[]> = {
  'SmtpConfig.new': ['smtp_audit'],
  'SmtpConfig.edit': ['smtp_audit'],
  'SmtpConfig.test': ['smtp_config_status', 'smtp_config_test', 'smtp_audit'],
  'SmtpConfig.testDraft': ['smtp_config_status', 'smtp_config_test', 'smtp_audit'],
  'SmtpConfig.detect': ['smtp_audit'],
  'SmtpConfig.fetchCertificates': ['smtp_audit'],
  'SmtpConfig.checkSecret': ['smtp_audit'],
};

/** A text encoded for a URL, or a piece that no encoding produces. */
const piece: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: nastyText.map(encoded) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('%', '%zz', '%c3%28', '%00', '%ED%A0%80', '..%2f..', ';', '@', "'", 'a,b', ',,', '[object Object]'),
  },
);

const FIELDS = [
  'id',
  'name',
  'type',
  'host',
  'port',
  'security',
  'authRequired',
  'authMethod',
  'username',
  'fromAddress',
  'fromName',
  'replyTo',
  'signature',
  'description',
  'enabled',
  'isDefault',
  'tenantId',
  'clientId',
  'graphCloud',
  'caCertificate',
  'cc',
  'bcc',
  'copyActivities',
  'maxConnections',
  'ehloName',
  'envelopeFrom',
  'localAddress',
  'timeoutScale',
  'tlsServerName',
  'proxyUrl',
  'proxyUser',
  'authMechanism',
  'version',
  'passwordSource',
  'passwordRef',
  'clientSecretSource',
  'clientSecretRef',
  'proxyPasswordSource',
  'proxyPasswordRef',
  'hasPassword',
  'nameKey',
  'lastTestAt',
  'usedBy',
  'to',
  'checkOnly',
  'pem',
  'source',
  'search',
  'key',
  'field',
  'limit',
  'configId',
  'status',
  'recipients',
  'subject',
  'createdAt',
  'health',
];
/** Fields that can hold an entered secret, which must never be returned. */
const SECRET_FIELDS = [
  'password',
  'clientSecret',
  'password.0',
  'password.x',
  'clientSecret.a.b',
  'Password',
  'passwordCipher',
  'clientSecretCipher',
  'proxyPassword',
  'proxyPasswordCipher',
  'clientKey',
  'clientKeyCipher',
];

const json: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: nastyText },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      null,
      true,
      false,
      0,
      -1,
      1,
      1e308,
      25,
      65_536,
      [],
      {},
      '',
      'true',
      '587',
      [null],
      [[]],
      ['a@b.c'],
      [{ a: 1 }],
      { $gt: '' },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);
const fieldName: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...FIELDS) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...FIELDS), fc.constantFrom('.0', '.1', '.x', '~~from', '~~to', '[0]', '.9999', '.length', '..'))
      .map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: nastyText },
);
const entry: fc.Arbitrary<[string, unknown]> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fieldName, json) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom(...SECRET_FIELDS),
      fc.constantFrom<unknown>(SECRETS.typed, [SECRETS.typed], { a: SECRETS.typed }, `${SECRETS.typed}\0`),
    ),
  },
);

type Values = Record<string, unknown>;
/** Valid fields of configurations. */
const CONFIGS: Values[] = [
  { host: 'localhost', port: 'PORT', security: 'tls', username: 'u@example.com', password: SECRETS.typed, fromName: 'X' },
  { host: '127.0.0.1', port: 'PORT', security: 'none', authRequired: false, fromAddress: 'f@example.com', fromName: 'X' },
  { host: 'localhost', port: 'PORT', security: 'auto', authRequired: 'false', fromAddress: 'f@example.com', fromName: 'X' },
  { host: 'localhost', port: 'PORT', username: 'u@example.com', passwordSource: 'internal', passwordRef: 'relay', fromName: 'X' },
  {
    host: '127.0.0.1',
    port: 'PORT',
    security: 'none',
    authRequired: false,
    fromAddress: 'f@example.com',
    fromName: 'X',
    proxyUrl: 'PROXY',
    proxyUser: 'u',
    proxyPassword: SECRETS.typed,
  },
  {
    type: 'ms_graph',
    username: 'u@example.com',
    tenantId: 'contoso.example',
    clientId: '72f988bf-86f1-41af-91ab-2d7cd011db47',
    clientSecret: SECRETS.typed,
    fromName: 'X',
  },
];
const TO = { to: 'to@example.com' };
/** Valid bodies of each action, in which one entry is replaced with an arbitrary one. */
const BODIES: Record<string, Values[]> = {
  'SmtpConfig.new': CONFIGS.map((values, index) => ({ ...values, name: `another_${index}` })),
  'SmtpConfig.edit': [
    { version: 1, description: 'Ours' },
    { version: '1', 'cc.0': 'c@example.com', enabled: 'false' },
    ...CONFIGS.map((values) => ({ ...values, version: 1 })),
  ],
  'SmtpConfig.duplicate': [{ password: SECRETS.typed, clientSecret: SECRETS.typed, proxyPassword: SECRETS.typed }],
  'SmtpConfig.test': [TO, { ...TO, checkOnly: 'true' }],
  'SmtpConfig.testDraft': CONFIGS.flatMap((values) => [
    { ...values, ...TO },
    { ...values, ...TO, id: 'CONFIG' },
  ]),
  'SmtpConfig.detect': [
    { host: 'localhost', port: 'PORT' },
    { host: 'localhost', port: 'PORT', proxyUrl: 'PROXY', proxyUser: 'u', proxyPassword: SECRETS.typed },
    { host: 'localhost', caCertificate: 'PEM' },
  ],
  'SmtpConfig.certificateFacts': [{ pem: 'PEM', host: 'localhost' }],
  'SmtpConfig.fetchCertificates': [{ host: 'localhost', port: 'PORT', security: 'tls', caCertificate: 'PEM' }],
  'SmtpConfig.secretChoices': [{ source: 'internal', search: 'r', limit: '5' }],
  'SmtpConfig.checkSecret': [
    { source: 'internal', key: 'relay', host: 'localhost', port: 'PORT' },
    { source: 'internal', key: 'relay', field: 'clientSecret', type: 'ms_graph' },
  ],
  'SmtpActivity.edit': [{ configId: 'CONFIG' }, { configId: '' }],
  'SmtpMessage.resend': [TO],
  'SmtpMessage.attachment': [{ index: 0 }, { index: '0' }],
  'SmtpMessage.csv': [{ language: 'de', timeZone: 'Europe/Berlin' }, {}],
  'SmtpMessage.tryNow': [{ configId: 'CONFIG' }],
};

const body = fc.record({
  kind: fc.constantFrom('json', 'json', 'json', 'multipart', 'urlencoded', 'raw', 'none'),
  base: fc.nat({ max: 100 }),
  entries: fc.oneof(
    fc.constant([] as [string, unknown][]),
    entry.map((one) => [one]),
    fc.array(entry, { maxLength: 3 }),
  ),
  raw: fc.oneof(nastyText, fc.constantFrom('{', '[]', 'null', '"x"', '{"a":', '[[[[', 'a=b&a=b&a[b]=c')),
  type: fc.constantFrom(
    'application/json',
    'text/plain',
    'multipart/form-data',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    '',
  ),
});

const parameter: fc.Arbitrary<[string, string]> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(
      fc.constantFrom(...FIELDS).map((field) => `filters.${field}`),
      piece,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom(
        'filters.createdAt~~from',
        'filters.createdAt~~to',
        'filters[name]',
        'filters',
        'filters.',
        'filters.a.b.c',
        'filters.password',
        'filters.passwordCipher',
      ),
      piece,
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(
      fc.constantFrom(
        'page',
        'perPage',
        'sortBy',
        'direction',
        'searchProperty',
        'recordIds',
        'fresh',
        'period',
        'range',
        'tab',
        'redirectUrl',
      ),
      fc.oneof(piece, fc.constantFrom(...FIELDS), fc.constantFrom('asc', 'desc', '0', '-1', '1e9', '9007199254740993', 'true')),
    ),
  },
  { weight: 1, arbitrary: fc.tuple(piece, piece) },
);

const asking = fc.record({
  who: fc.constantFrom<keyof typeof WHO>('manager', 'manager', 'manager', 'viewer', 'nobody'),
  method: fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom('GET', 'POST', 'POST', 'POST') },
    { weight: 1, arbitrary: fc.constantFrom('HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS') },
  ),
  target: fc.nat({ max: 10_000 }),
  /** The index of a record of the resource, or an arbitrary text. */
  record: fc.oneof({ weight: 3, arbitrary: fc.nat({ max: 100 }) }, { weight: 1, arbitrary: piece }),
  route: fc.oneof(
    { weight: 8, arbitrary: fc.constant('api') },
    { weight: 1, arbitrary: fc.constantFrom('page', 'bulk', 'search', 'strange') },
  ),
  strange: piece,
  parameters: fc.oneof(
    { weight: 1, arbitrary: fc.constant([] as [string, string][]) },
    { weight: 1, arbitrary: fc.array(parameter, { maxLength: 3 }) },
  ),
  body,
  headers: fc.oneof(
    { weight: 6, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Record<string, string>>(
        { accept: 'application/x-ndjson' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': '' },
        { origin: 'null' },
        { origin: 'https://evil.example' },
        { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
        { 'x-forwarded-for': '\u00ff' },
        { 'accept-language': 'x'.repeat(1_000) },
        { 'x-http-method-override': 'POST' },
      ),
    },
  ),
});
type Asking = typeof asking extends fc.Arbitrary<infer T> ? T : never;

interface Target {
  resource: string;
  action: string;
  type: string;
}
type Tables = Record<string, Record<string, unknown>[]>;

const BUILT_IN: Record<string, string> = {
  list: 'resource',
  search: 'resource',
  new: 'resource',
  show: 'record',
  edit: 'record',
  delete: 'record',
  bulkDelete: 'bulk',
};

describe.each<[string, SmtpModuleOptions, number]>([
  ['many configurations', {}, 700],
  ['one configuration', { single: true }, 150],
])('Arbitrary requests to the admin API of %s', (_what, settings, runs) => {
  const isSingle = settings.single === true;
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
  let app: AdminApp;
  let port: number;
  let pem: string;
  let targets: Target[];
  let cookies: Record<keyof typeof WHO, string>;
  let start: Tables;
  let needles: string[];

  beforeAll(async () => {
    process.on('unhandledRejection', onUnhandled);
    // Nothing listens on this port, so every connection fails immediately.
    port = await findFreePort();
    pem = (await createPrivateCa('Example Root CA')).certificate;
    const here = `localhost:${port}`;
    app = await startAdminApp('sqlite', {
      activities: [
        { key: 'invoice', label: 'Invoices' },
        { key: 'password_reset', sensitive: true },
      ],
      delivery: { run: false },
      egress: { ports: [port], allow: ['127.0.0.1', '::1'] },
      graph: { clouds: { global: { ...MICROSOFT_CLOUDS.global, authority: here, graph: here, exchange: here, uploads: [here] } } },
      secretSources: [
        internalSecrets({ secrets: [{ key: 'relay', label: 'Relay', value: () => SECRETS.vault }], destinations: ['localhost'] }),
      ],
      ...settings,
    });
    await fillTables(app, port, isSingle);
    cookies = { manager: (await app.signIn(WHO.manager)).cookie, viewer: (await app.signIn(WHO.viewer)).cookie, nobody: '' };
    targets = targetsOf(app);
    start = await tablesOf(app);
    const ciphers = start
      .smtp_config!.flatMap((row) => [row.password_cipher, row.client_secret_cipher, row.client_key_cipher])
      .filter((one) => typeof one === 'string');
    needles = [...Object.values(SECRETS).map((secret) => secret.slice(0, 9)), KEY, SESSION_SECRET, 'enc:v1:', ...ciphers].flatMap(
      (secret) => [secret, Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1), Buffer.from(secret).toString('hex')],
    );
  });
  afterAll(async () => {
    process.off('unhandledRejection', onUnhandled);
    await app.close();
  });

  it('never fail, reveal no secret, and change only what they may', async () => {
    const reached = new Set<string>();
    await fc.assert(
      fc.asyncProperty(asking, async (given) => {
        const logged = app.logged.length;
        const { target, url, init } = requestOf(given, { app, port, pem, targets, cookies });
        const started = performance.now();
        const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(MAX_MS) });
        const text = await response.text();
        expect(performance.now() - started).toBeLessThan(MAX_MS);
        const lines = app.logged.slice(logged).join('\n');
        const answer = `${init.method} ${url}: ${response.status} ${text.slice(0, 500)}\n${lines.slice(0, 2_000)}`;

        if (response.status >= 500 || text.includes('"message":"unexpectedError"')) throw new Error(`It failed. ${answer}`);
        const everything = [...[...response.headers].flat(), text, lines].join('\n');
        const leak = needles.find((needle) => everything.includes(needle));
        if (leak !== undefined) throw new Error(`It tells ${leak}. ${answer}`);
        if (given.who === 'nobody' && text.includes(INSIDE)) throw new Error(`It tells ${INSIDE}. ${answer}`);

        const now = await tablesOf(app);
        const changed = Object.keys(start).filter((table) => JSON.stringify(now[table]) !== JSON.stringify(start[table]));
        const name = `${target.resource}.${target.action}`;
        const isRefused = !response.headers.has('content-disposition') && refuses(response.status, text);
        const may =
          given.who !== 'manager' || init.method !== 'POST' || isForeign(given) ? [] : ((isRefused ? RECORDED : CHANGES)[name] ?? []);
        const wrong = changed.filter((table) => !may.includes(table));
        if (changed.length > 0) await restore(app, start, changed);
        if (wrong.length > 0)
          throw new Error(`${given.who} changed ${wrong.join(', ')}${isRefused ? ' although it was refused' : ''}. ${answer}`);
        if (unhandled.length > 0) throw new Error(`It left a rejection: ${String(unhandled.splice(0))}. ${answer}`);
        if (!isRefused) reached.add(name);
      }),
      configureFuzzing<[Asking]>(runs),
    );
    // Without these, the test would not get past the checks.
    expect(needles.length).toBeGreaterThan(20);
    expect(reached.size).toBeGreaterThan(3);
  });
});

/** Lists every action of every resource. */
function targetsOf({ options, configs, activities, log: messages, overview, history }: AdminApp): Target[] {
  const componentLoader = new ComponentLoader();
  const resources = createSmtpResources({ options, configs, activities, messages, overview, history, componentLoader });
  return resources.flatMap(({ options: { id, actions = {} } }) =>
    Object.entries(actions).flatMap(([action, given]) => {
      const type = given?.actionType ?? BUILT_IN[action] ?? 'resource';
      const target = { resource: id!, action, type: Array.isArray(type) ? type[0]! : type };
      // Disabled actions have no hooks, and are tried less often.
      return given && 'before' in given ? Array.from({ length: 4 }, () => target) : [target];
    }),
  );
}

interface Scene {
  app: AdminApp;
  port: number;
  pem: string;
  targets: Target[];
  cookies: Record<keyof typeof WHO, string>;
}

function requestOf(given: Asking, { app, port, pem, targets, cookies }: Scene): { target: Target; url: string; init: RequestInit } {
  const target = targets[given.target % targets.length]!;
  const ids = idsFor(target.resource);
  const record = typeof given.record === 'number' ? ids[given.record % ids.length]! : given.record;
  const query = given.parameters.map((pair: readonly string[]) => pair.join('='));
  if (given.route === 'bulk' || target.type === 'bulk') query.push(`recordIds=${[record, ids[0]].join(',')}`);
  const path = `/admin${pathOf(given, target, record)}${query.length > 0 ? `?${query.join('&')}` : ''}`;
  const isBodied = !['GET', 'HEAD'].includes(given.method) && given.body.kind !== 'none';
  const { body: content, type } = isBodied ? bodyOf(given.body, target, port, pem) : {};
  const headers = { ...(cookies[given.who] && { cookie: cookies[given.who] }), ...(type && { 'content-type': type }), ...given.headers };
  return { target, url: app.url + path, init: { method: given.method, headers, body: content } };
}

function pathOf({ route, strange }: Asking, { resource, action, type }: Target, record: string): string {
  const api = `/api/resources/${resource}`;
  switch (route) {
    case 'page':
      return type === 'record' ? `/resources/${resource}/records/${record}/${action}` : `/resources/${resource}/actions/${action}`;
    case 'bulk':
      return `${api}/bulk/${action}`;
    case 'search':
      return `${api}/search/${strange}`;
    case 'strange':
      return [
        `/${strange}`,
        `/api/${strange}`,
        `/api/resources/${strange}/actions/list`,
        `${api}/actions/${strange}`,
        `${api}/records/${record}/${strange}`,
        `/api/pages/${strange}`,
        `/frontend/assets/${strange}`,
        '/login',
      ][strange.length % 8]!;
    default:
      if (type === 'record') return `${api}/records/${record}/${action}`;
      if (type === 'bulk') return `${api}/bulk/${action}`;
      return `${api}/actions/${action}${action === 'search' ? `/${strange}` : ''}`;
  }
}

type Body = Asking['body'];

function bodyOf(
  { kind, base, entries, raw, type }: Body,
  { resource, action }: Target,
  port: number,
  pem: string,
): { body: RequestInit['body']; type?: string } {
  if (kind === 'raw') return { body: raw, type };
  const bases = BODIES[`${resource}.${action}`] ?? [{}];
  const known: Values = {
    PORT: port,
    PROXY: `http://127.0.0.1:${port}`,
    PEM: pem,
    CONFIG: idsFor('SmtpConfig')[base % 2] ?? idsFor('SmtpConfig')[0],
  };
  const given = Object.entries(bases[base % bases.length]!).map(([key, value]): [string, unknown] => [key, known[String(value)] ?? value]);
  const all = [...given, ...entries];
  // Built as text, because an object cannot have a field twice or a prototype.
  if (kind === 'json')
    return {
      body: `{${all.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`,
      type: 'application/json',
    };
  const texts = all.map(([key, value]): [string, string] => [key, typeof value === 'string' ? value : JSON.stringify(value)]);
  if (kind === 'urlencoded') return { body: new URLSearchParams(texts) };
  const form = new FormData();
  for (const [key, value] of texts) form.append(key, value);
  if (raw.length % 5 === 0) form.append(raw, new Blob(['x']), raw);
  return { body: form };
}

const isForeign = ({ headers }: Asking): boolean => 'sec-fetch-site' in headers || 'origin' in headers;

/** Returns whether a response is a refusal. */
function refuses(status: number, text: string): boolean {
  if (status !== 200) return true;
  try {
    // The last line of a streamed test.
    const answer = JSON.parse(text.trim().split('\n').at(-1)!) as Answered;
    const isWrong = (errors: object | undefined): boolean => Object.keys(errors ?? {}).length > 0;
    return answer.notice?.type === 'error' || isWrong(answer.errors) || isWrong(answer.record?.errors);
  } catch {
    return true;
  }
}

interface Answered {
  notice?: { type: string };
  errors?: object;
  record?: { errors?: object };
}

/** The ids of the stored records, by resource. */
const filled: Record<string, string[]> = {};
const idsFor = (resource: string): string[] => filled[resource] ?? ['1'];

async function fillTables({ configs, activities, mail, dataSource }: AdminApp, port: number, isSingle: boolean): Promise<void> {
  const main = await configs.create({
    ...(isSingle ? {} : { name: 'main' }),
    host: 'localhost',
    port,
    username: `user@${INSIDE}`,
    password: SECRETS.password,
    fromName: 'Acme',
    fromAddress: `no-reply@${INSIDE}`,
    cc: [`boss@${INSIDE}`],
    isDefault: true,
  });
  filled.SmtpConfig = [main.id];
  if (!isSingle) {
    const graph = await configs.create({
      name: 'graph',
      type: 'ms_graph',
      username: `box@${INSIDE}`,
      tenantId: INSIDE,
      clientId: '72f988bf-86f1-41af-91ab-2d7cd011db47',
      clientSecret: SECRETS.clientSecret,
    });
    const vault = await configs.create({
      name: 'vault',
      host: 'localhost',
      port,
      username: `v@${INSIDE}`,
      passwordSource: 'internal',
      passwordRef: 'relay',
    });
    const off = await configs.create({
      name: 'off',
      host: 'localhost',
      port,
      security: 'none',
      authRequired: false,
      fromAddress: `off@${INSIDE}`,
      enabled: false,
    });
    await configs.create({
      name: 'proxied',
      host: 'localhost',
      port,
      security: 'none',
      authRequired: false,
      fromAddress: `proxied@${INSIDE}`,
      proxyUrl: `http://127.0.0.1:${port}`,
      proxyUser: `p@${INSIDE}`,
      proxyPassword: SECRETS.proxyPassword,
    });
    const damaged = await configs.create({ name: 'damaged', host: 'localhost', port, username: `d@${INSIDE}`, password: SECRETS.password });
    await dataSource
      .query(
        "UPDATE smtp_config SET ca_certificate = 'damaged', security = 'ssl3', cc = '{', password_cipher = 'enc:v1:k1:x' WHERE id = ?",
        [damaged.id],
      )
      .catch(() => undefined);
    await dataSource.query("UPDATE smtp_config SET cc = '[]' WHERE cc = '{'");
    await activities.assign('invoice', main.id);
    filled.SmtpConfig.push(graph.id, vault.id, off.id, damaged.id);
  }
  filled.SmtpActivity = ['invoice', 'general', 'password_reset'];
  const ids: string[] = [];
  const statuses = ['queued', 'held', 'sent', 'partially_sent', 'failed', 'expired', 'cancelled', 'unknown', 'sending', 'sent'];
  for (const [index, status] of statuses.entries()) {
    const queued = await mail.send({
      to: `zoe@${INSIDE}`,
      subject: `Message ${index}`,
      text: 'Hi',
      html: '<p>Hi</p>',
      activity: index === 9 ? 'password_reset' : 'invoice',
      attachments: [{ filename: 'a.txt', content: 'x' }],
    });
    if (queued.status !== 'queued') throw new Error(queued.reason);
    await dataSource.query(
      "UPDATE smtp_message SET status = ?, last_error = 'x', last_reply = '550 no', config_name = 'main' WHERE id = ?",
      [status, queued.id],
    );
    await dataSource.query(
      "INSERT INTO smtp_message_attempt (id, message_id, at, config_name, outcome, code, reply, ms) VALUES (?, ?, 1, 'main', 'refused', 'RECIPIENT', '550 no', 5)",
      [`attempt-${index}`, queued.id],
    );
    ids.push(queued.id);
  }
  await dataSource.query("UPDATE smtp_message SET frozen = '{' WHERE id = ?", [ids[3]]);
  await dataSource.query("UPDATE smtp_message_body SET content = '{' WHERE message_id = ?", [ids[4]]);
  await dataSource.query('DELETE FROM smtp_message_body WHERE message_id = ?', [ids[5]]);
  filled.SmtpMessage = ids;
  await dataSource.query(
    "UPDATE smtp_config_status SET failing_since = 1, failing_version = 1, failing_code = 'CONNECTION', failing_error = 'x'",
  );
}

async function tablesOf({ dataSource }: AdminApp): Promise<Tables> {
  const tables: Tables = {};
  for (const { tableName } of dataSource.entityMetadatas) tables[tableName] = await dataSource.query(`SELECT * FROM ${tableName}`);
  return tables;
}

async function restore({ dataSource }: AdminApp, start: Tables, changed: readonly string[]): Promise<void> {
  for (const table of changed) {
    await dataSource.query(`DELETE FROM ${table}`);
    for (const row of start[table]!) {
      const columns = Object.keys(row);
      await dataSource.query(
        `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
        Object.values(row),
      );
    }
  }
}

function encoded(text: string): string {
  return [...text].map((one) => (/\p{Cs}/u.test(one) ? '%ED%A0%80' : encodeURIComponent(one))).join('');
}
