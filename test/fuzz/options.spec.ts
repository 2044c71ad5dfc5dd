import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type SmtpModuleOptions, resolveOptions } from '../../lib/options/options.js';
import { MICROSOFT_CLOUDS } from '../../lib/options/graph.js';
import { MailError } from '../../lib/shared/mail-error.js';
import { createPrivateCa } from '../../lib/testing/private-ca.js';
import { fuzzed, nastyText } from '../support/fuzz.js';

const KEYS = {
  k1: 'qL3v9X0zWc7dJt2mYb8nRk5pSf1gHh6uEa4iOo+TqVw=',
  k2: 'Zm9yLXRlc3RzLW9ubHktMzItYnl0ZXMtb2Yta2V5ISE=',
};
/** Pieces of the keys, for what is cut. */
const NEEDLES = Object.values(KEYS).flatMap((key) => [key.slice(0, 12), key.slice(12, 24), key.slice(24, 36)]);
const MAX_MS = 2_000;
const MAX_MESSAGE = 2_000;

type Path = (string | number)[];

/** Where a mutation is made, and what happens there. */
interface Mutation {
  kind: 'put' | 'add' | 'push' | 'hole' | 'inherit' | 'bare';
  at: number;
  key: string;
  value: () => unknown;
}

const valid = (pem: string) => ({
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
  trustedCa: [pem],
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

/** Objects whose names are the host's own, so that none of them is misspelt. */
const OPEN = ['encryption.keys', 'graph.clouds', 'secretSources.0'];

/** Values in numbers that nobody could go through. Made anew each time: some of them are changed. */
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
    fc.constantFrom('activites', 'sensitve', 'lable', 'smpt', 'delaysMS', 'runn', '__proto__', 'constructor', '', 'a.b', KEYS.k1),
    nastyText,
  ),
  value,
});

describe('Arbitrary options', () => {
  let pem: string;
  beforeAll(async () => {
    pem = (await createPrivateCa('Example Root CA')).certificate;
  });

  it('are accepted, or refused by name; no key is told, and it takes no time', () => {
    expect(resolveOptions(valid(pem) as SmtpModuleOptions)).toBeDefined();
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const options = valid(pem);
        const changed = mutations.map((one) => mutate(options, one));
        const started = performance.now();
        const error = refusal(options);
        expect(performance.now() - started).toBeLessThan(MAX_MS);
        const misspelt = changed.find(({ kind, path }) => kind === 'add' && isClosed(path) && isThere(options, path));
        if (error === undefined) return expect(misspelt).toBeUndefined();
        const { message } = expectRefusal(error);
        const [, named] = /^Option "([^"]*)" of SmtpModule /.exec(message) ?? [];
        const isNamed = changed.some(({ path: [top = ''] }) => named?.startsWith(asNamed(String(top))));
        if (!isNamed) throw new Error(`Changed was ${changed.map(({ path }) => path.join('.')).join(', ')}: ${message}`);
      }),
      fuzzed(2_000),
    );
  });

  it('that are no options at all are refused', () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(value, (make) => {
        const error = refusal(make());
        if (error !== undefined) expect(expectRefusal(error).message).toMatch(/of SmtpModule/);
      }),
      fuzzed(300),
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
  for (const needle of NEEDLES) expect(words).not.toContain(needle);
  return error as MailError;
}

function refusal(options: unknown): unknown {
  try {
    resolveOptions(options as SmtpModuleOptions);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The beginning of an option's name as an error shows it: a name may have come from outside, or be a key in the wrong place. */
function asNamed(name: string): string {
  if (/[\w+/=-]{32,}/.test(name)) return '';
  return name.replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}"]/gu, '?').slice(0, 90);
}

const isClosed = (path: Path): boolean => !OPEN.includes(path.slice(0, -1).join('.'));

/** Whether a later mutation left an earlier one where it was. */
function isThere(options: unknown, path: Path): boolean {
  const [part, ...rest] = path;
  if (part === undefined) return true;
  return typeof options === 'object' && options !== null && Object.hasOwn(options, part) && isThere((options as any)[part], rest);
}

/** Changes one thing somewhere in the options. Returns where. */
function mutate(options: object, { kind, at, key, value: make }: Mutation): { kind: Mutation['kind']; path: Path } {
  const wanted = kind === 'push' || kind === 'hole' ? isList : kind === 'put' ? () => true : isPlain;
  const paths = pathsOf(options).filter(({ path, found }) => wanted(found) && (path.length > 0 || kind === 'add'));
  const { path, found } = paths[at % paths.length]!;
  const holder = found as Record<PropertyKey, unknown>;
  switch (kind) {
    case 'add':
      Object.defineProperty(holder, key, { value: make(), enumerable: true, configurable: true, writable: true });
      return { kind, path: [...path, key] };
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
  return { kind, path };
}

function put(options: object, path: Path, given: unknown): void {
  const holder = path.slice(0, -1).reduce<any>((one, part) => one[part], options);
  Object.defineProperty(holder, path.at(-1)!, { value: given, enumerable: true, configurable: true, writable: true });
}

const isList = (one: unknown): boolean => Array.isArray(one) && one.length < 1_000;
const isPlain = (one: unknown): boolean => typeof one === 'object' && one !== null && !Array.isArray(one);

/** Everything in the options that a host could have written; what a mutation put there is looked at no further. */
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
