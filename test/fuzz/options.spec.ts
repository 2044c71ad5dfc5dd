import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { resolveOptions } from '../../lib/options/options.js';
import { azureKeyVault } from '../../lib/azure-key-vault/index.js';
import { cyberArkCcp, cyberArkConjur } from '../../lib/cyberark/index.js';
import { internalSecrets } from '../../lib/index.js';
import { MICROSOFT_CLOUDS } from '../../lib/options/graph.js';
import { MailError } from '../../lib/shared/mail-error.js';
import { createPrivateCa } from '../../lib/testing/private-ca.js';
import { configureFuzzing, nastyText } from '../support/fuzz.js';

const KEYS = {
  k1: 'qL3v9X0zWc7dJt2mYb8nRk5pSf1gHh6uEa4iOo+TqVw=',
  k2: 'Zm9yLXRlc3RzLW9ubHktMzItYnl0ZXMtb2Yta2V5ISE=',
};
/** As short as the API keys of Conjur, so that it does not look like a key. */
const API_KEY = '14m9cf91wfsesv1kkhevg12cdywm';
/** Parts of the keys, to find truncated ones. */
const NEEDLES = [...Object.values(KEYS), API_KEY]
  .flatMap((key) => [key.slice(0, 12), key.slice(12, 24), key.slice(24, 36)])
  .filter(Boolean);
const MAX_MS = 2_000;
const MAX_MESSAGE = 2_000;

type Path = (string | number)[];

/** A change of the options, with its place. */
interface Mutation {
  kind: 'put' | 'add' | 'push' | 'hole' | 'inherit' | 'bare';
  at: number;
  key: string;
  value: () => unknown;
}

/** Certificates and a key, in PEM. */
interface Pem {
  ca: string;
  cert: string;
  key: string;
}
let pem: Pem;
beforeAll(async () => {
  const authority = await createPrivateCa('Example Root CA');
  pem = await authority.issue();
});

const valid = ({ ca }: Pem) => ({
  appName: 'Acme',
  dataSource: undefined,
  encryption: { current: 'k1', keys: { ...KEYS } },
  activities: [
    { key: 'invoice', label: 'Invoices' },
    { key: 'password_reset', sensitive: true },
  ],
  secretSources: [
    {
      id: 'vault',
      label: 'Vault',
      allows: () => undefined,
      choices: () => Promise.resolve([]),
      resolve: () => Promise.resolve({ value: 'x' }),
    },
  ],
  access: { view: ['VIEWER'], manage: ['MANAGER'] },
  single: false,
  passwordOnUpdate: 'keep',
  trustedCa: [ca],
  allowAnonymousTls: false,
  allowPlaintext: true,
  allowPlaintextAuth: false,
  audit: { onEntry: () => undefined, retentionMs: 1_000 },
  egress: { allow: ['192.0.2.0/24', '*.example.com'], deny: ['2001:db8::/32'], ports: [25, 587] },
  tests: { perMinute: 20, concurrent: 2 },
  maxRecipients: 500,
  delivery: {
    run: true,
    concurrency: 20,
    leaseMs: 60_000,
    pollEveryMs: 2_000,
    graceMs: 10_000,
    reconnectEveryMs: 30_000,
    retry: { delaysMs: [1_000, 2_000], jitter: 0.2, giveUpAfterMs: 1_000_000 },
    onAmbiguous: 'retry',
    expireAfterMs: 1_000_000,
    timeouts: { dnsMs: 1, connectMs: 1, greetingMs: 1, commandMs: 1, dataMs: 1, idleMs: 1, totalMs: 1 },
    retention: { metadataMs: 1_000, bodyMs: 1_000 },
  },
  graph: {
    allowPasswordGrant: false,
    clouds: { global: structuredClone(MICROSOFT_CLOUDS.global), lab: structuredClone(MICROSOFT_CLOUDS.china) },
  },
});

/** Builds the entries and lists that every source has. */
const lists = () => ({
  label: 'Vault',
  secrets: [
    { key: 'smtp-main', label: 'Main relay', hint: 'since 2024', destinations: ['smtp.example.com:587', 'graph'], allowOwnCa: false },
    { key: 'smtp-news' },
  ] as object[],
  destinations: ['smtp.example.com', '[2001:db8::1]:25', 'graph:china'],
  allowOwnCa: true,
});

function validInternal() {
  const origins = [{ env: 'SMTP_PASSWORD' }, { file: '/run/secrets/smtp' }];
  const { secrets, ...common } = lists();
  return {
    ...common,
    id: 'internal',
    secrets: [...secrets.map((secret, index) => ({ ...secret, ...origins[index] })), { key: 'erp', value: () => KEYS.k1 }],
  };
}

function validKeyVault() {
  return {
    ...lists(),
    id: 'key-vault',
    prefix: ['mail-'],
    vaultUrl: 'https://acme.vault.azure.net',
    credential: { getToken: () => Promise.resolve({ token: KEYS.k1, expiresOnTimestamp: 0 }) },
    client: {
      tlsOptions: { ca: pem.ca },
      additionalPolicies: [{ policy: { name: 'x', sendRequest: () => undefined }, position: 'perCall' }],
    },
  };
}

function validCcp({ ca, cert, key }: Pem) {
  const { secrets, ...common } = lists();
  return {
    ...common,
    id: 'ccp',
    url: 'https://ccp.example.com',
    path: '/AIMWebService/api/Accounts',
    appId: 'acme-mail',
    safe: 'Mail',
    folder: 'Root',
    reason: 'Sends mail',
    tls: { ca: [ca], cert, key: [{ pem: key }], passphrase: API_KEY },
    secrets: [...secrets, { key: 'erp', object: 'Operating System-smtp', safe: 'ERP', folder: 'Root' }],
  };
}

function validConjur({ ca }: Pem) {
  return {
    ...lists(),
    id: 'conjur',
    prefix: 'prod/smtp/',
    url: 'https://conjur.example.com/api',
    account: 'acme',
    login: 'host/mail/app',
    apiKey: API_KEY,
    tls: { ca, agent: { addRequest: () => undefined } },
  };
}

/** Objects with arbitrary names, which cannot be misspelled. */
const OPEN = ['encryption.keys', 'graph.clouds'];
/** Objects that are passed on to other packages. */
const FOREIGN = ['credential', 'client', 'tls.agent'];

/** Values that are too large to iterate. They are created each time, because some are changed. */
const EXTREME: (() => unknown)[] = [
  () => null,
  () => undefined,
  () => Number.NaN,
  () => Infinity,
  () => -0,
  () => 0.5,
  () => 2 ** 31,
  () => 2 ** 53,
  () => Number.MAX_VALUE,
  () => 10n ** 40n,
  () => Symbol('x'),
  () => () => true,
  () => class {},
  () => new Date(Number.NaN),
  () => Promise.resolve(1),
  () => Buffer.from('x'),
  () => /x/,
  () => new Map([['k1', KEYS.k1]]),
  () => new Proxy({}, {}),
  () => Object.create(null) as unknown,
  () => Object.create({ key: 'a', label: 'b', current: 'k1' }) as unknown,
  () => circular(),
  () => circularList(),
  () => ({ toString: null, valueOf: null }),
  () => ({ toString: () => KEYS.k1, toJSON: () => KEYS.k1 }),
  () => Object.defineProperty({}, '__proto__', { value: { key: 'a' }, enumerable: true, configurable: true }),
  () => emptyOf(2 ** 32 - 1),
  () => [emptyOf(2 ** 32 - 1)],
  () => Array.from({ length: 10_000 }, (_, index) => `a${index}`),
  () => Array.from({ length: 10_000 }, () => 25),
  () => Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, index])),
  () => nested(20_000),
  () => 'x'.repeat(100_000),
  () => '.'.repeat(100_000),
  () => '-----BEGIN CERTIFICATE-----'.repeat(10_000),
  () => '0.'.repeat(50_000),
  () => `${'a-'.repeat(50_000)}!`,
  () => KEYS.k1,
  () => KEYS.k2,
  () => [KEYS.k1],
  () => ({ [KEYS.k1]: KEYS.k2 }),
  () => ({ k1: KEYS.k1, [KEYS.k2]: '' }),
  () => Buffer.from(KEYS.k1, 'base64').toString('hex'),
];

const value: fc.Arbitrary<() => unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...EXTREME) },
  {
    weight: 2,
    arbitrary: fc
      .anything({
        withBigInt: true,
        withBoxedValues: true,
        withDate: true,
        withMap: true,
        withNullPrototype: true,
        withObjectString: true,
        withSet: true,
        withSparseArray: true,
        withTypedArray: true,
        maxDepth: 2,
      })
      .map((one) => () => one),
  },
  { weight: 1, arbitrary: nastyText.map((text) => () => text) },
);

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('put', 'put', 'put', 'add', 'push', 'hole', 'inherit', 'bare'),
  at: fc.nat({ max: 10_000 }),
  key: fc.oneof(
    fc.constantFrom(
      'activites',
      'destination',
      'allowOwnCA',
      'sensitve',
      'lable',
      'smpt',
      'delaysMS',
      'runn',
      '__proto__',
      'constructor',
      '',
      'a.b',
      KEYS.k1,
    ),
    nastyText,
  ),
  value,
});

/** Valid options with the function that checks them. */
interface Fuzzed {
  owner: string;
  valid: (pem: Pem) => object;
  check: (options: any) => unknown;
  runs: number;
}

const FUZZED: Fuzzed[] = [
  { owner: 'SmtpModule', valid, check: resolveOptions, runs: 2_000 },
  { owner: 'internalSecrets()', valid: validInternal, check: internalSecrets, runs: 500 },
  { owner: 'azureKeyVault()', valid: validKeyVault, check: azureKeyVault, runs: 500 },
  { owner: 'cyberArkCcp()', valid: validCcp, check: cyberArkCcp, runs: 500 },
  { owner: 'cyberArkConjur()', valid: validConjur, check: cyberArkConjur, runs: 500 },
];

describe.each(FUZZED)('Arbitrary options of $owner', ({ owner, valid: makeValid, check, runs }) => {
  const refusal = (options: unknown): unknown => {
    try {
      check(options);
      return undefined;
    } catch (error) {
      return error;
    }
  };

  it('are accepted or rejected by name, reveal no key, and are checked quickly', () => {
    expect(check(makeValid(pem))).toBeDefined();
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const options = makeValid(pem);
        const changed = mutations.flatMap((one) => mutate(options, one));
        const started = performance.now();
        const error = refusal(options);
        expect(performance.now() - started).toBeLessThan(MAX_MS);
        const misspelt = changed.find(({ kind, path }) => kind === 'add' && isClosed(path) && isThere(options, path));
        if (error === undefined) return expect(misspelt).toBeUndefined();
        const { message } = expectRefusal(error);
        const start = 'Option "';
        expect(message).toContain(`" of ${owner} `);
        const named = message.startsWith(start) ? message.slice(start.length, message.indexOf('"', start.length)) : undefined;
        const isNamed = changed.some(({ path: [top = ''] }) => {
          const name = asNamed(String(top));
          return name === '' ? /^(?:$|\.)/.test(named ?? ' ') : named?.startsWith(name);
        });
        if (!isNamed) throw new Error(`Changed was ${changed.map(({ path }) => path.join('.')).join(', ')}: ${message}`);
      }),
      configureFuzzing(runs),
    );
  });

  it('are rejected if they are no options', () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(value, (make) => {
        const error = refusal(make());
        if (owner !== 'SmtpModule') expect(error).toBeDefined();
        if (error !== undefined) expect(expectRefusal(error).message).toContain(` of ${owner} `);
      }),
      configureFuzzing(300),
    );
  });
});

function expectRefusal(error: unknown): MailError {
  expect(error).toBeInstanceOf(MailError);
  const { code, message } = error as MailError;
  expect(code).toBe('OPTIONS');
  expect(message.length).toBeLessThan(MAX_MESSAGE);
  expect(message).not.toMatch(/[\p{Cc}\p{Cs}]/u);
  const words = inspect(error, { depth: 10 });
  for (const needle of [...NEEDLES, pem.key.split('\n')[1]!]) expect(words).not.toContain(needle);
  return error as MailError;
}

/** Shortens the name of an option like an error does: it may be of external origin, or a misplaced key. */
function asNamed(name: string): string {
  return name
    .replace(/[\w+/=-]{32,}/g, '…')
    .replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}"]/gu, '?')
    .slice(0, 90);
}

function isClosed(path: Path): boolean {
  const holder = path.slice(0, -1).join('.');
  return !OPEN.includes(holder) && !FOREIGN.some((name) => `${holder}.`.startsWith(`${name}.`));
}

/** Returns whether a later mutation kept an earlier one. An instance of a class may have its own names. */
function isThere(options: unknown, path: Path): boolean {
  const [part, ...rest] = path;
  if (part === undefined) return true;
  if (typeof options !== 'object' || options === null || !Object.hasOwn(options, part)) return false;
  const prototype: unknown = Object.getPrototypeOf(options);
  const isOfClass = prototype !== null && prototype !== Object.prototype && prototype !== Array.prototype;
  return !isOfClass && isThere((options as any)[part], rest);
}

/** Changes one place of the options and returns it, or nothing if an earlier mutation removed the place. */
function mutate(options: object, { kind, at, key, value: make }: Mutation): { kind: Mutation['kind']; path: Path }[] {
  const wanted = kind === 'push' || kind === 'hole' ? isList : kind === 'put' ? () => true : isPlain;
  const paths = pathsOf(options).filter(({ path, found }) => wanted(found) && (path.length > 0 || kind === 'add'));
  if (paths.length === 0) return [];
  const { path, found } = paths[at % paths.length]!;
  const holder = found as Record<PropertyKey, unknown>;
  switch (kind) {
    case 'add':
      Object.defineProperty(holder, key, { value: make(), enumerable: true, configurable: true, writable: true });
      return [{ kind, path: [...path, key] }];
    case 'push':
      (found as unknown[]).push(make());
      break;
    case 'hole':
      (found as unknown[])[(found as unknown[]).length + 1] = make();
      break;
    case 'inherit':
      put(options, path, Object.create(holder));
      break;
    case 'bare':
      put(options, path, Object.assign(Object.create(null) as object, holder));
      break;
    default:
      put(options, path, make());
  }
  return [{ kind, path }];
}

function put(options: object, path: Path, given: unknown): void {
  const holder = path.slice(0, -1).reduce<any>((one, part) => one[part], options);
  Object.defineProperty(holder, path.at(-1)!, { value: given, enumerable: true, configurable: true, writable: true });
}

const isList = (one: unknown): boolean => Array.isArray(one) && one.length < 1_000;
const isPlain = (one: unknown): boolean => typeof one === 'object' && one !== null && !Array.isArray(one);

/** Lists every place of the options that an application could have written, without descending into mutations. */
function pathsOf(found: unknown, path: Path = []): { path: Path; found: unknown }[] {
  const isOurs = path.length < 5 && typeof found === 'object' && found !== null && isSmall(found);
  const below = isOurs ? Object.keys(found).flatMap((key) => pathsOf((found as any)[key], [...path, key])) : [];
  return [{ path, found }, ...below];
}

function isSmall(found: object): boolean {
  const prototype = Object.getPrototypeOf(found) as unknown;
  return (prototype === Object.prototype || prototype === Array.prototype) && Object.keys(found).length < 30;
}

function circular(): object {
  const one: Record<string, unknown> = {};
  one.self = one;
  return one;
}

function circularList(): unknown[] {
  const one: unknown[] = [];
  one.push(one);
  return one;
}

function emptyOf(length: number): unknown[] {
  const list: unknown[] = [];
  list.length = length;
  return list;
}

function nested(depth: number): unknown {
  let one: unknown = [];
  for (let level = 0; level < depth; level++) one = [one];
  return one;
}
