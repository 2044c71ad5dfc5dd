import { describe, expect, it } from '@jest/globals';
import { MICROSOFT_CLOUDS } from '../../lib/options/graph.js';
import { type SmtpModuleOptions, resolveOptions } from '../../lib/options/options.js';
import type { SecretSource } from '../../lib/secret/secret-source.js';
import { KEY, startOn } from '../support/smtp-app.js';

const SOURCE: SecretSource = {
  id: 'vault',
  label: 'Vault',
  allows: () => undefined,
  choices: () => Promise.resolve([]),
  resolve: () => Promise.resolve({ value: 'x' }),
};

/** A valid id that looks like a key. */
const HEX_SOURCE: SecretSource = { ...SOURCE, id: Buffer.from(KEY, 'base64').toString('hex') };

describe('The options', () => {
  it('each have a default', () => {
    expect(resolveOptions()).toMatchObject({
      appName: 'Application',
      activities: [{ key: 'general', label: 'Everything else', sensitive: false }],
      secretSources: [],
      access: { view: undefined, manage: ['ADMINISTRATION_MANAGER'] },
      single: false,
      passwordOnUpdate: 'keep',
      trustedCa: [],
      allowAnonymousTls: false,
      allowPlaintext: true,
      allowPlaintextAuth: false,
      tests: { perMinute: 20, concurrent: 2 },
      maxRecipients: 500,
      textFromHtml: false,
      audit: { onEntry: undefined, retentionMs: 365 * 86_400_000 },
      delivery: {
        timeouts: {
          dnsMs: 10_000,
          connectMs: 10_000,
          greetingMs: 15_000,
          commandMs: 30_000,
          dataMs: 600_000,
          idleMs: 15_000,
          totalMs: 900_000,
        },
      },
      graph: { allowPasswordGrant: false, defaultCloud: 'global' },
    });
    expect(Object.fromEntries(resolveOptions().graph.clouds)).toEqual(MICROSOFT_CLOUDS);
  });

  it('default the SMTP servers of a cloud to its token resource', () => {
    const { smtp: _, ...cloud } = MICROSOFT_CLOUDS.china;
    const { graph } = resolveOptions({ graph: { clouds: { china: { ...cloud, exchange: 'partner.outlook.cn:8443' } } } });
    expect(graph.clouds.get('china')!.smtp).toEqual(['partner.outlook.cn']);
  });

  it('accept other clouds, and use the first one as the default', () => {
    const lab = { ...MICROSOFT_CLOUDS.global, label: 'Lab', authority: 'localhost:8443' };
    const { graph } = resolveOptions({ graph: { allowPasswordGrant: true, clouds: { lab, china: MICROSOFT_CLOUDS.china } } });
    expect(graph).toMatchObject({ allowPasswordGrant: true, defaultCloud: 'lab' });
    expect([...graph.clouds.keys()]).toEqual(['lab', 'china']);
  });

  it.each<[string, SmtpModuleOptions, RegExp]>([
    [
      'a key of 16 bytes',
      { encryption: { current: 'k1', keys: { k1: 'AAAAAAAAAAAAAAAAAAAAAA==' } } },
      /"encryption\.keys\.k1".*16 bytes.*openssl rand -base64 32/s,
    ],
    ['a passphrase', { encryption: { current: 'k1', keys: { k1: 'correct horse battery staple' } } }, /"encryption\.keys\.k1"/],
    [
      'a current key that is not there',
      { encryption: { current: 'k2', keys: { k1: KEY } } },
      /"encryption\.current".*"k2".*Name one of k1/s,
    ],
    ['a key id with a colon', { encryption: { current: 'k:1', keys: { 'k:1': KEY } } }, /"encryption\.keys\.k:1"/],
    ['no keys', { encryption: { current: 'k1' } as never }, /"encryption\.keys"/],
    ['single as a string', { single: 'true' as never }, /"single".*not a boolean/],
    [
      'a misspelt part of an activity',
      { activities: [{ key: 'a', sensitve: true } as never] },
      /"activities\[0\]\.sensitve".*Use one of key, label, sensitive/s,
    ],
    ['an invalid activity', { activities: ['invoice' as never] }, /"activities\[0\]".*not an object/],
    ['a malformed activity', { activities: [{ key: 'two words' }] }, /"activities\[0\]\.key".*malformed/],
    ['a doubled activity', { activities: [{ key: 'a' }, { key: 'a' }] }, /"activities\[1\]\.key".*twice: "a"/],
    ['activities that differ only in case', { activities: [{ key: 'a' }, { key: 'A' }] }, /"activities\[1\]\.key".*twice: "A"/],
    ['the built-in activity', { activities: [{ key: 'general' }] }, /"activities\[0\]\.key".*built in/],
    ['a label that is a tag', { activities: [{ key: 'a', label: '</script>' }] }, /"activities\[0\]\.label"/],
    ['activities that are not a list', { activities: {} as never }, /"activities"/],
    ['no recipients', { maxRecipients: 0 }, /"maxRecipients".*is 0.*above 0/s],
    ['infinite recipients', { maxRecipients: Infinity }, /"maxRecipients"/],
    ['too many activities', { activities: Array.from({ length: 201 }, (_, i) => ({ key: `a${i}` })) }, /"activities".*201.*at most 200/s],
    ['an empty role list', { access: { manage: [] } }, /"access\.manage"/],
    ['a role that is not a string', { access: { view: [1 as never] } }, /"access\.view"/],
    ['an unknown choice', { passwordOnUpdate: 'never' as never }, /"passwordOnUpdate".*'keep', 'retype'/],
    ['a flag that is a string', { allowPlaintext: 'no' as never }, /"allowPlaintext"/],
    ['a CA that is a path', { trustedCa: '/etc/ssl/ca.pem' }, /"trustedCa\[0\]".*not its path/],
    ['a CA that cannot be read', { trustedCa: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }, /"trustedCa\[0\]"/],
    ['a source named stored', { secretSources: [{ id: 'stored', label: 'x' } as never] }, /"secretSources\[0\]\.id"/],
    ['sources that are not a list', { secretSources: {} as never }, /"secretSources".*not a list/],
    ['sources with a hole', { secretSources: afterHole(SOURCE) as never }, /"secretSources\[0\]".*not a secret source/],
    ['a source that is null', { secretSources: [null as never] }, /"secretSources\[0\]".*not a secret source/],
    ['two sources of one id', { secretSources: [SOURCE, SOURCE] }, /"secretSources\[1\]\.id".*is taken: "vault"/],
    ['a source without a method', { secretSources: [{ ...SOURCE, allows: undefined as never }] }, /"secretSources\[0\]\.allows"/],
    ['a source that cannot be closed', { secretSources: [{ ...SOURCE, close: 'now' as never }] }, /"secretSources\[0\]\.close".*function/],
    ...['destinations', 'destination', 'allowOwnCa', 'allowOwnCA', 'unBound'].map((name): [string, SmtpModuleOptions, RegExp] => [
      `a source with ${name}`,
      { secretSources: [{ ...SOURCE, [name]: ['smtp.example.com'] }] },
      new RegExp(`"secretSources\\[0\\]\\.${name}".*not a member.*allows\\(\\)`, 's'),
    ]),
    ['an EHLO name with a line break', { ehloName: 'a.example\r\nNOOP' }, /"ehloName".*host name/s],
    ['an address without brackets as the EHLO name', { ehloName: '192.0.2.1' }, /"ehloName".*brackets/s],
    ['an app name with a tag', { appName: '<b>' }, /"appName"/],
    ['an unknown option of the history', { audit: { hook: () => undefined } as never }, /"audit\.hook".*Use one of onEntry/s],
    ['a hook that is not a function', { audit: { onEntry: 'log' as never } }, /"audit\.onEntry".*not a function/],
    ['an infinite history', { audit: { retentionMs: Infinity } }, /"audit\.retentionMs".*is Infinity.*false to keep entries forever/s],
    ['a history that is not kept', { audit: { retentionMs: 0 } }, /"audit\.retentionMs".*is 0.*above 0.*false to keep/s],
    ['a history of a thousand years', { audit: { retentionMs: 1_000 * 365 * 86_400_000 } }, /"audit\.retentionMs".*at most/s],
    ['a history with a string', { audit: { retentionMs: '1y' as never } }, /"audit\.retentionMs".*is "1y".*whole number/s],
    ['tests that are a number', { tests: 5 as never }, /"tests".*not an object/],
    ['no test per minute', { tests: { perMinute: 0 } }, /"tests\.perMinute".*is 0/],
    ['half a test at once', { tests: { concurrent: 0.5 } }, /"tests\.concurrent".*is 0\.5/],
    ['an unknown limit', { tests: { perHour: 5 } as never }, /"tests\.perHour".*Use one of perMinute, concurrent/s],
    ['a depth that is slower than none', { delivery: { pipelineDepth: 2 } }, /"delivery\.pipelineDepth".*is 2\. Pass 1, or 4 to 8/s],
    ['a depth over the maximum', { delivery: { pipelineDepth: 9 } }, /"delivery\.pipelineDepth".*is 9\. Pass at most 8/s],
    ['a depth that is a string', { delivery: { pipelineDepth: '8' as never } }, /"delivery\.pipelineDepth".*is "8"/s],
    ['a timeout of nothing', { delivery: { timeouts: { totalMs: 0 } } }, /"delivery\.timeouts\.totalMs" .*is 0/],
    [
      'a timeout over the maximum of timers',
      { delivery: { timeouts: { dataMs: 2 ** 31 } } },
      /"delivery\.timeouts\.dataMs".*at most 2147483647/s,
    ],
    ['an unknown timeout', { delivery: { timeouts: { socketMs: 1 } as never } }, /"delivery\.timeouts\.socketMs".*Use one of dnsMs/s],
    ['an unknown graph option', { graph: { tenant: 'x' } as never }, /"graph\.tenant".*Use one of/s],
    ['a password grant that is a string', { graph: { allowPasswordGrant: 'yes' as never } }, /"graph\.allowPasswordGrant"/],
    [
      'a misspelt part of a cloud',
      { graph: { clouds: { x: { ...MICROSOFT_CLOUDS.global, smpt: [] } as never } } },
      /"graph\.clouds\.x\.smpt".*Use one of label/s,
    ],
    ['an invalid cloud', { graph: { clouds: { x: 'global' as never } } }, /"graph\.clouds\.x".*not an object/],
    ['a CA that is not a string', { trustedCa: [{ pem: 'x' } as never] }, /"trustedCa\[0\]"/],
    ['a control character above ASCII', { passwordOnUpdate: 'a\u0085b' as never }, /"passwordOnUpdate" of SmtpModule is "a\\u0085b"/],
    ['no cloud', { graph: { clouds: {} } }, /"graph\.clouds"/],
    ['a cloud with an invalid name', { graph: { clouds: { 'a:b': MICROSOFT_CLOUDS.global } } }, /"graph\.clouds\.a:b".*16 letters/],
    ['a cloud without a label', { graph: { clouds: { x: { ...MICROSOFT_CLOUDS.global, label: '' } } } }, /"graph\.clouds\.x\.label"/],
    ...['https://graph.microsoft.com', 'graph.microsoft.com/v1.0', 'user@graph.microsoft.com', 'GRAPH.microsoft.com', '', 7].map(
      (host): [string, SmtpModuleOptions, RegExp] => [
        `the cloud host ${JSON.stringify(host)}`,
        { graph: { clouds: { x: { ...MICROSOFT_CLOUDS.global, graph: host as string } } } },
        /"graph\.clouds\.x\.graph".*Pass only its name/,
      ],
    ),
    [
      'uploads that are not hosts',
      { graph: { clouds: { x: { ...MICROSOFT_CLOUDS.global, uploads: ['*'] } } } },
      /"graph\.clouds\.x\.uploads"/,
    ],
    [
      'SMTP servers that are not hosts',
      { graph: { clouds: { x: { ...MICROSOFT_CLOUDS.global, smtp: ['*.office365.com'] } } } },
      /"graph\.clouds\.x\.smtp"/,
    ],
    [
      'SMTP servers that are not a list',
      { graph: { clouds: { x: { ...MICROSOFT_CLOUDS.global, smtp: 'a.example' as never } } } },
      /"graph\.clouds\.x\.smtp"/,
    ],
    ['an unknown option', { activites: [] } as never, /"activites".*Use one of/s],
    ...['toString', '__proto__', 'constructor'].map((name): [string, SmtpModuleOptions, RegExp] => [
      `an option named ${name}`,
      Object.defineProperty({}, name, { value: true, enumerable: true }) as never,
      new RegExp(`"${name}".*Use one of`, 's'),
    ]),
    ['options that are null', null as never, /The options of SmtpModule are null/],
    ['options that are a string', 'x' as never, /The options of SmtpModule are a string\. Pass an object/],
    ['options that are a list', [] as never, /The options of SmtpModule are a list/],
    ['inherited options', Object.create({ single: true }) as never, /"single" of SmtpModule is inherited.*on the object itself/],
    [
      'options of a class',
      new (class {
        get allowPlaintext() {
          return false;
        }
      })(),
      /"allowPlaintext".*is inherited/,
    ],
    ['an inherited part', { delivery: Object.create({ run: false }) as never }, /"delivery\.run".*is inherited/],
    ['an invalid data source', { dataSource: {} as never }, /"dataSource" .*is an object/],
    ['a misspelt part of access', { access: { mange: ['X'] } as never }, /"access\.mange".*Use one of view, manage/s],
    ['a misspelt part of retry', { delivery: { retry: { delayMs: [1] } as never } }, /"delivery\.retry\.delayMs".*Use one of/s],
    ['a misspelt part of retention', { delivery: { retention: { body: 1 } as never } }, /"delivery\.retention\.body".*Use one of/s],
    ['delivery as a number', { delivery: 5 as never }, /"delivery".*not an object/],
    ['a list with a hole', { activities: afterHole({ key: 'a' }) as never }, /"activities\[0\]\.key"/],
    ['roles with a hole', { access: { view: afterHole('A') as never } }, /"access\.view"/],
    ['delays with a hole', { delivery: { retry: { delaysMs: afterHole(1) as never } } }, /"delivery\.retry\.delaysMs\[0\]"/],
    ['an interval over the maximum of timers', { delivery: { pollEveryMs: 2 ** 31 } }, /"delivery\.pollEveryMs".*at most 2147483647/s],
    ['a time over the maximum of databases', { delivery: { expireAfterMs: 1e300 } }, /"delivery\.expireAfterMs".*at most/s],
    ['a number that is too large', { delivery: { leaseMs: 10n ** 40n } as never }, /"delivery\.leaseMs"/],
    ['an object that refers to itself', { passwordOnUpdate: circular() as never }, /"passwordOnUpdate" .*is an object/],
    ['a current key of the prototype', { encryption: { current: 'toString', keys: { k1: KEY } } }, /"encryption\.current".*"toString"/],
    [
      'an object that cannot be written',
      { delivery: { leaseMs: Object.create(null) as never } },
      /"delivery\.leaseMs" of SmtpModule is an object/,
    ],
  ])('reject %s with the name of the option and the remedy', (_what, options, words) => {
    expect(() => resolveOptions(options)).toThrow(words);
  });

  it('ignore a polluted prototype', () => {
    const polluted = Object.prototype as { single?: boolean };
    polluted.single = true;
    try {
      expect(resolveOptions({}).single).toBe(false);
    } finally {
      delete polluted.single;
    }
  });

  it('accept a source that is an object with methods, or an instance with its own fields', () => {
    class Erp implements SecretSource {
      readonly id = 'erp';
      readonly label = 'ERP';
      readonly destinations = ['smtp.example.com'];
      allows = (key: string) => ({ key, label: key, destinations: this.destinations });
      choices = () => Promise.resolve([]);
      resolve = () => Promise.resolve({ value: 'x' });
    }
    const bare = Object.assign(Object.create(null) as object, SOURCE, { id: 'bare' });
    const full = { ...SOURCE, id: 'full', unbound: () => [], close: () => Promise.resolve() };
    const secretSources = [SOURCE, full, bare, new Erp()];
    expect(resolveOptions({ secretSources }).secretSources).toEqual(secretSources);
  });

  it('fail startup if they are invalid', async () => {
    await expect(startOn('sqlite', { appName: '' })).rejects.toThrow(/"appName"/);
    await expect(startOn('sqlite', { dataSource: 'nobody' })).rejects.toThrow(/"dataSource".*"nobody"/);
  });

  it('use the default if they are undefined', () => {
    const options = {
      delivery: { concurrency: undefined, retry: { jitter: undefined }, timeouts: { dataMs: undefined } },
      access: { view: undefined },
    };
    expect(resolveOptions(options)).toEqual(resolveOptions());
  });

  it.each<[string, SmtpModuleOptions]>([
    ['as the current key', { encryption: { current: KEY, keys: { k1: KEY } } }],
    ['as an id', { encryption: { current: 'k1', keys: { [KEY]: 'k1' } } }],
  ])('do not reveal a misplaced key in errors: %s', (_where, options) => {
    expect(() => resolveOptions(options)).toThrow(
      expect.objectContaining({ code: 'OPTIONS', message: expect.not.stringContaining(KEY.slice(0, 20)) }),
    );
  });

  it.each<[string, SmtpModuleOptions]>([
    ['for a choice', { passwordOnUpdate: KEY as never }],
    ['for a host', { egress: { allow: [KEY] } }],
    ['for a name', { activities: [{ key: KEY }] }],
    ['for all of them', KEY as never],
    ['for two sources', { secretSources: [HEX_SOURCE, HEX_SOURCE] }],
    ['as an option', { [KEY]: 'k1' }],
    ['as one of the encryption', { encryption: { current: 'k1', [KEY]: 'k1' } as never }],
    ['in hexadecimal digits', { passwordOnUpdate: Buffer.from(KEY, 'base64').toString('hex') as never }],
  ])('do not reveal a misplaced key in errors, %s', (_where, options) => {
    const hex = Buffer.from(KEY, 'base64').toString('hex');
    expect(() => resolveOptions(options)).toThrow(
      expect.objectContaining({
        code: 'OPTIONS',
        message: expect.not.stringMatching(new RegExp(`${KEY.slice(0, 20)}|${hex.slice(0, 20)}`)),
      }),
    );
  });

  it.each<[string, (list: never[]) => SmtpModuleOptions, RegExp]>([
    ['roles', (list) => ({ access: { view: list } }), /"access\.view"/],
    ['certificates', (list) => ({ trustedCa: list }), /"trustedCa\[0\]"/],
    ['certificates in a list', (list) => ({ trustedCa: [list as never] }), /"trustedCa\[0\]"/],
    ['allowed servers', (list) => ({ egress: { allow: list } }), /"egress\.allow\[0\]"/],
    ['denied networks', (list) => ({ egress: { deny: list } }), /"egress\.deny\[0\]"/],
    ['ports', (list) => ({ egress: { ports: list } }), /"egress\.ports\[0\]"/],
    ['uploads', (list) => ({ graph: { clouds: { x: { ...MICROSOFT_CLOUDS.global, uploads: list } } } }), /"graph\.clouds\.x\.uploads"/],
  ])('stop at the first hole of a list with billions of them: %s', (_what, options, words) => {
    const list: never[] = [];
    list.length = 2 ** 32 - 1;
    expect(() => resolveOptions(options(list))).toThrow(words);
  });

  it('name only some of many keys', () => {
    const keys = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, KEY]));
    expect(() => resolveOptions({ encryption: { current: 'none', keys } })).toThrow(/^.{1,300}$/s);
  });

  it('do not reveal keys in errors', () => {
    expect(() => resolveOptions({ encryption: { current: 'k1', keys: { k1: 'c2VjcmV0LXRvby1zaG9ydA==' } } })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('c2VjcmV0') }),
    );
  });
});

function circular(): object {
  const value: Record<string, unknown> = {};
  value.self = value;
  return value;
}

/** A list without a first entry. */
function afterHole(entry: unknown): unknown[] {
  const list: unknown[] = [];
  list[1] = entry;
  return list;
}
