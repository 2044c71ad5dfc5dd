import { Readable } from 'node:stream';
import { domainToASCII } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import PostalMime, { type Address, type Email, decodeWords } from 'postal-mime';
import { compose } from '../../lib/message/compose.js';
import { buildMime } from '../../lib/message/mime.js';
import { canonicalLocalPart, splitAddress } from '../../lib/shared/addresses.js';
import { contentFrom, messageOf } from '../../lib/outbox/message-content.js';
import { SmtpMessage, SmtpMessageBody } from '../../lib/outbox/smtp-message.entity.js';
import { MailError, type MailMessage } from '../../lib/index.js';
import { configureFuzzing, nastyText } from '../support/fuzz.js';
import { startOn } from '../support/smtp-app.js';
import '../support/long-tests.js';

/** The settings of the configuration. */
const SENDER = {
  fromName: 'Acme',
  fromAddress: 'no-reply@acme.io',
  replyTo: null,
  signature: 'Acme <b>\nBerlin',
  cc: ['boss@acme.io'],
  bcc: ['archive@acme.io'],
};
const COPIED = 'invoice';
/** The headers that each message has by default. */
const OWN_HEADERS = [
  'from',
  'to',
  'cc',
  'bcc',
  'reply-to',
  'subject',
  'message-id',
  'date',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  // With one attachment and no text.
  'content-disposition',
  'content-id',
];
const IDS = /^(references|in-reply-to)$/i;
const MAX_MS = 10_000;

/** A value of a message with the address that it names, if it names exactly one. */
interface Asked<T = unknown> {
  /** Creates the value for each attempt. */
  make: () => T;
  /** The addresses in order. If undefined, the value is ambiguous and must be rejected. */
  addresses?: string[];
}

const address = fc
  .tuple(
    fc.constantFrom('a', 'zoe', "o'brien", 'x+y', 'a.b', 'üser', 'A', 'a..b', 'a.', 'x'.repeat(80), '"john doe"', '"a, \\\\b"'),
    fc.constantFrom('b.c', 'example.com', 'münchen.de', 'localhost', 'EXAMPLE.com'),
  )
  .map((parts) => parts.join('@'));
/** Unusual but valid. */
const oddText = nastyText.filter((one) => one.length < 150 && !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(one));
const name = fc.oneof(
  fc.constantFrom(
    'Zoë',
    'Müller, Söhne & Co.',
    '"quoted"',
    'a\\b',
    'evil@evil.example',
    '<evil@evil.example>',
    'a, evil@evil.example',
    'g: evil@evil.example;',
    '(comment)',
    "O'Brien",
    ' spaced ',
  ),
  oddText,
);

/** Values that name exactly one mailbox. */
const goodMailbox: fc.Arbitrary<Asked> = fc.oneof(
  address.map((one) => asked(one, [one])),
  fc.tuple(fc.constantFrom('', ' ', '\t', '\r\n', '\u00A0'), address).map(([space, one]) => asked(`${space}${one}${space}`, [one])),
  fc
    .tuple(fc.constantFrom('Ann (HR)', '[x] Ann', 'A: B', 'John "J" Doe', '\tAnn\tLee '), address)
    .map(([who, one]) => asked(`${who} <${one}>\r\n`, [one])),
  fc.tuple(name, address).map(([who, one]) => ({ make: () => ({ name: who, address: one }), addresses: [one] })),
  fc.tuple(name, address).map(([who, one]) => asked(`"${who.replace(/["\\]/g, '\\$&')}" <${one}>`, [one])),
  // Changes its value when it is read again.
  fc.tuple(address, nastyText).map(([one, other]) => ({ make: () => changing('address', one, `${other}@evil.example`), addresses: [one] })),
  address.map((one) => ({
    make: () => Object.assign(Object.create({ name: 'inherited\r\nBcc: evil@evil.example' }) as object, { address: one }),
    addresses: [one],
  })),
);

/** Values that name no mailbox, or several. */
const badMailbox: fc.Arbitrary<Asked> = fc.oneof(
  nastyText.map((text) => asked(text)),
  fc.tuple(address, nastyText, address).map((parts) => asked(parts.join(''))),
  fc
    .tuple(address, fc.constantFrom(',', ';', ' ', '> <', '\r\n', '\0', '\u2028', '\u200B', '@', '%', '!'), address)
    .map((parts) => asked(parts.join(''))),
  fc.tuple(name, address, nastyText).map(([who, one, tail]) => asked(`${who} <${one}>${tail}`)),
  fc.tuple(address, nastyText).map(([one, tail]) => ({ make: () => ({ address: one + tail }) })),
  fc.tuple(address, address).map((both) => ({ make: () => ({ address: both, toString: () => both[0] }) })),
  address.map((one) => ({ make: () => Object.create({ address: one }) as unknown })),
  address.map((one) => ({ make: () => Object(one) as unknown })),
  address.map((one) => ({ make: () => ({ group: 'g', name: 'g', address: `g: ${one};` }) })),
  fc
    .constantFrom(
      () => null,
      () => 7,
      () => [],
      () => [[]],
      () => unreadable(),
      () => Symbol('x'),
      () => 10n,
      () => new Map(),
    )
    .map((make) => ({ make })),
);

const mailbox: fc.Arbitrary<Asked> = fc.oneof({ weight: 30, arbitrary: goodMailbox }, { weight: 1, arbitrary: badMailbox });

const recipients: fc.Arbitrary<Asked> = fc.oneof(
  { weight: 9, arbitrary: mailbox },
  { weight: 15, arbitrary: fc.array(mailbox, { minLength: 1, maxLength: 4 }).map(listOf) },
  { weight: 6, arbitrary: fc.array(goodMailbox, { minLength: 1, maxLength: 3 }).map(listOf).map(evilList) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        () => [],
        () => emptyOf(3),
        () => emptyOf(2 ** 32 - 1),
        () => ({ length: 1, 0: 'a@b.c' }),
        () => new Set(['a@b.c']),
      )
      .map((make) => ({ make })),
  },
);

const asText = (text: fc.Arbitrary<string>): fc.Arbitrary<() => unknown> => text.map((one) => () => one);
const anything: fc.Arbitrary<() => unknown> = fc.oneof(
  fc
    .anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true, withBoxedValues: true })
    .map((one) => () => one),
  fc.constantFrom(
    () => unreadable(),
    () => circular(),
    () => Symbol('x'),
    () => () => 'x',
    () => ({ toString: () => 'x' }),
  ),
);
/** Returns mostly valid values of a field, and sometimes invalid ones. */
const mostly = (good: fc.Arbitrary<() => unknown>, bad: fc.Arbitrary<() => unknown> = anything): fc.Arbitrary<() => unknown> =>
  fc.oneof({ weight: 60, arbitrary: good }, { weight: 1, arbitrary: bad }, { weight: 1, arbitrary: anything });
/** Returns mostly the given or unusual valid texts, and sometimes the given invalid or arbitrary ones. */
const mostlyText = (good: readonly string[], bad: readonly string[] = ['a\r\nX-Evil: yes']): fc.Arbitrary<() => unknown> =>
  mostly(asText(fc.oneof(fc.constantFrom(...good), oddText)), asText(fc.oneof(fc.constantFrom(...bad), nastyText)));
const exactText = (good: readonly string[], bad: readonly string[]): fc.Arbitrary<() => unknown> =>
  mostly(asText(fc.constantFrom(...good)), asText(fc.oneof(fc.constantFrom(...bad), nastyText)));

const text = fc.oneof(
  fc.constantFrom('Hello', '.\r\n.\r\n', 'a\r\n\r\n--boundary', 'Grüße 😀', 'From me\n=3D', 'x'.repeat(1_200), 'é'.repeat(40_000)),
  nastyText,
);

const oneOrMany = (texts: readonly string[]): fc.Arbitrary<() => unknown> =>
  fc.oneof(
    { weight: 4, arbitrary: mostlyText(texts) },
    { weight: 1, arbitrary: fc.array(mostlyText(texts), { maxLength: 3 }).map((makes) => () => makes.map((make) => make())) },
  );

const attachment: fc.Arbitrary<() => unknown> = fc
  .record(
    {
      filename: mostlyText(['a.pdf', 'Grüße.txt', 'a"b.txt', "a'b*=c.txt", 'a;b=c.txt', '../../x', '漢字'.repeat(60)]),
      content: mostly(
        fc.constantFrom<() => unknown>(
          () => 'text',
          () => '',
          () => Buffer.from([0, 255, 13, 10, 46]),
          () => Buffer.alloc(100_000, 'a'),
          () => Readable.from(['a', 'b']),
          () => new Uint8Array([0, 255, 13]),
          () => new Uint8Array([0, 255, 13]).buffer,
          () => new Blob(['a', 'b']),
          () => new Blob(['a', 'b']).stream(),
        ),
        fc.constantFrom<() => unknown>(
          failing,
          () => ({ path: '/etc/passwd' }),
          () => ({ href: 'http://localhost' }),
          () => new Uint16Array(3),
          () => new ReadableStream({ start: (to) => to.error(new Error('The disk is gone.')) }),
          () => Readable.from([7]),
        ),
      ),
      contentType: exactText(
        ['text/plain', 'image/png', 'text/html; charset=utf-8', 'message/rfc822', 'TEXT/CALENDAR; method=REQUEST'],
        ['text/plain\r\nX-Evil: yes', 'multipart/mixed; boundary=x'],
      ),
      cid: exactText(['logo', 'logo@acme.io', 'ü'], ['a>b', 'a\r\nX-Evil: yes']),
    },
    { requiredKeys: ['content'] },
  )
  .map((fields) => () => made(fields));

const partContent = mostly(
  fc.constantFrom<() => unknown>(
    () => 'BEGIN:VCALENDAR\r\nSUMMARY:Grüße\r\nEND:VCALENDAR',
    () => '',
    () => Buffer.from([0, 255, 13, 10]),
    () => new Blob(['a', 'b']),
    () => Readable.from(['a', 'b']),
  ),
  fc.constantFrom<() => unknown>(failing, () => ({ path: '/etc/passwd' })),
);
const alternative: fc.Arbitrary<() => unknown> = fc
  .record({
    contentType: exactText(
      ['text/markdown', 'text/x-amp-html; charset=utf-8', 'application/json'],
      ['text/plain\r\nX-Evil: yes', 'multipart/mixed; boundary=x', 'message/rfc822'],
    ),
    content: partContent,
  })
  .map((fields) => () => made(fields));
const calendar: fc.Arbitrary<() => unknown> = fc
  .record(
    {
      method: exactText(['REQUEST', 'CANCEL'], ['request', 'REQUEST\r\nX-Evil: yes', 'x; a=b']),
      filename: mostlyText(['a.ics', 'Grüße.ics']),
      content: partContent,
    },
    { requiredKeys: ['content'] },
  )
  .map((fields) => () => made(fields));

const notifications: fc.Arbitrary<() => unknown> = fc
  .record(
    {
      notify: mostly(
        fc.constantFrom<() => unknown>(
          () => ['success', 'failure'],
          () => ['never'],
        ),
      ),
      return: exactText(['headers', 'full'], ['FULL', 'full ENVID=x']),
      id: exactText(['order 17', 'a+b=c'], ['a\r\nRCPT TO:<evil@evil.example>', 'ü', '+'.repeat(90)]),
    },
    { requiredKeys: [] },
  )
  .map((fields) => () => made(fields));

const headerName = fc.oneof(
  {
    weight: 60,
    arbitrary: fc.constantFrom(
      'X-Id',
      'List-Unsubscribe',
      'References',
      'In-Reply-To',
      'x-id',
      'Auto-Submitted',
      'Disposition-Notification-To',
      'constructor',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'Bcc',
      'bcc',
      'To',
      'BCC ',
      'Bcc\t',
      'Content-Type',
      'X-A: b\r\nBcc',
      'Sender',
      'Resent-To',
      'X-Ünal',
      '__proto__',
      '',
    ),
  },
  { weight: 1, arbitrary: nastyText },
);
const headers: fc.Arbitrary<() => unknown> = fc
  .array(
    fc.tuple(
      headerName,
      oneOrMany([
        '<a@b.c>',
        'one, two',
        'word '.repeat(60),
        'word '.repeat(400),
        'é'.repeat(90),
        '<mailto:a@b.c?subject=x>, <https://b.c/x>',
      ]),
    ),
    {
      maxLength: 4,
    },
  )
  .map(
    (entries) => () =>
      entries.reduce<object>(
        (one, [key, make]) => Object.defineProperty(one, key, { value: make(), enumerable: true, configurable: true }),
        {},
      ),
  );

const time = fc.date({ noInvalidDate: true }).map((date) => () => date);
const plainFields = fc.record(
  {
    subject: mostlyText(['Hello', 'Grüße 😀 '.repeat(12), 'a=?utf-8?Q?b?=', '😀 long '.repeat(200), 'x'.repeat(2_000)]),
    text: mostly(asText(text)),
    html: mostly(asText(text.map((one) => `<p>${one}</p></body>`))),
    attachments: mostly(fc.array(attachment, { maxLength: 3 }).map((makes) => () => makes.map((make) => make()))),
    alternatives: mostly(fc.array(alternative, { maxLength: 2 }).map((makes) => () => makes.map((make) => make()))),
    icalEvent: mostly(calendar),
    envelopeFrom: exactText(['bounces@acme.io', '"a b"@acme.io'], ['a@b.c>\r\nRCPT TO:<evil@evil.example', 'Ann <a@b.c>']),
    dsn: mostly(notifications),
    headers: mostly(headers),
    activity: exactText(['general', 'invoice', 'invoice', 'password_reset'], ['nope']),
    config: exactText(['main', 'MAIN', 'gone', ' main '], ['é'.repeat(300)]),
    priority: exactText(['high', 'normal', 'low'], ['urgent']),
    sendAt: mostly(
      time,
      fc.constant(() => new Date(Number.NaN)),
    ),
    expiresAt: mostly(
      time,
      fc.constant(() => new Date(Number.NaN)),
    ),
    idempotencyKey: mostlyText(['once', 'twice', 'é'.repeat(255)]),
  },
  { requiredKeys: ['subject', 'text'] },
);

/** Fields that do not belong to a message. */
const strange = fc.oneof(
  { weight: 20, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom('envelope', 'raw', 'amp', 'use', 'watchHtml', 'sender', 'Bcc', '__proto__', 'constructor', 'list', 'path'),
      anything,
    ),
  },
);

const message = fc.record({
  to: recipients,
  cc: fc.option(recipients, { freq: 2 }),
  bcc: fc.option(recipients, { freq: 2 }),
  from: fc.option(mailbox, { freq: 3 }),
  replyTo: fc.option(recipients, { freq: 3 }),
  fields: plainFields,
  strange,
  shape: fc.constantFrom('plain', 'plain', 'plain', 'plain', 'bare', 'frozen', 'getters', 'inherited', 'class'),
});

describe('Arbitrary messages', () => {
  let app: Awaited<ReturnType<typeof startOn>>;
  beforeAll(async () => {
    app = await startOn('sqlite', {
      activities: [{ key: 'invoice' }, { key: 'password_reset', sensitive: true }],
      delivery: { run: false },
    });
    await app.configs.create({
      ...SENDER,
      name: 'main',
      host: 'localhost',
      security: 'none',
      authRequired: false,
      copyActivities: [COPIED],
      isDefault: true,
    });
  });
  afterAll(() => app.close());

  const clear = async (): Promise<void> => {
    for (const table of ['smtp_message', 'smtp_message_body']) await app.dataSource.query(`DELETE FROM ${table}`);
  };

  /** Returns the stored message, if there is one. */
  const stored = async (): Promise<{ row: SmtpMessage; parts: string[] } | undefined> => {
    const rows = await app.dataSource.manager.find(SmtpMessage);
    const parts = await app.dataSource.manager.find(SmtpMessageBody, { order: { part: 'ASC' } });
    expect(rows.length).toBeLessThan(2);
    if (rows.length === 0) expect(parts).toEqual([]);
    for (const [entity, found] of [
      [SmtpMessage, rows],
      [SmtpMessageBody, parts],
    ] as const)
      expectStorable(entity, found);
    return rows[0] && { row: rows[0], parts: parts.map(({ content }) => content) };
  };

  const expectStorable = (entity: typeof SmtpMessage | typeof SmtpMessageBody, found: object[]): void => {
    for (const { propertyName, length } of app.dataSource.getMetadata(entity).columns) {
      for (const one of found as Record<string, unknown>[]) {
        const value = one[propertyName];
        if (typeof value !== 'string') continue;
        // PostgreSQL accepts neither, and does not truncate.
        expect(value).not.toMatch(/[\0\p{Cs}]/u);
        if (length) expect([...value].length).toBeLessThanOrEqual(Number(length));
      }
    }
  };

  it('are rejected by field without being stored, or reach exactly their recipients with exactly their headers', async () => {
    let taken = 0;
    let runs = 0;
    await fc.assert(
      fc
        .asyncProperty(message, async (given) => {
          runs += 1;
          const started = performance.now();
          const error = await app.mail.send(build(given) as MailMessage).then(
            () => undefined,
            (reason: unknown) => reason,
          );
          const found = await stored();
          if (error !== undefined) {
            expect(error).toBeInstanceOf(MailError);
            const { code, fields = {}, message: words } = error as MailError;
            expect(code).toBe('INVALID_MESSAGE');
            expect(Object.keys(fields).length).toBeGreaterThan(0);
            expect(words).not.toMatch(/[\p{Cc}\p{Cs}]/u);
            expect(words.length).toBeLessThan(2_000);
            expect(found).toBeUndefined();
          } else {
            taken += 1;
            await expectAsAsked(given, found!).catch((cause: unknown) => {
              throw new Error(`${(cause as Error).message}\nStored is ${JSON.stringify(contentFrom(found!.parts)).slice(0, 2_000)}`, {
                cause,
              });
            });
          }
          expect(performance.now() - started).toBeLessThan(MAX_MS);
        })
        .afterEach(clear),
      configureFuzzing(500),
    );
    // Otherwise too few messages are accepted for a meaningful test.
    expect(taken).toBeGreaterThan(runs / 5);
  });
});

type Given = typeof message extends fc.Arbitrary<infer T> ? T : never;

/** A message class of the application. */
class Mail {
  bcc = undefined;
  get cc(): string {
    return 'evil@evil.example';
  }
  get dsn(): object {
    return {};
  }
}

/** Builds the message that the application passes. */
function build({ to, cc, bcc, from, replyTo, fields, strange: extra, shape }: Given): object {
  const values: Record<string, unknown> = { to: to.make(), ...made(fields) };
  for (const [key, value] of Object.entries({ cc, bcc, from, replyTo })) if (value) values[key] = value.make();
  if (extra) Object.defineProperty(values, extra[0], { value: extra[1](), enumerable: true, configurable: true });
  switch (shape) {
    case 'bare':
      return Object.assign(Object.create(null) as object, values);
    case 'frozen':
      return Object.freeze(values);
    case 'getters':
      return Object.defineProperties(
        {},
        Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { get: () => value, enumerable: true }])),
      );
    case 'inherited':
      return Object.assign(
        Object.create({ bcc: 'evil@evil.example', cc: 'evil@evil.example', headers: { Bcc: 'evil@evil.example' } }) as object,
        values,
      );
    case 'class':
      return Object.defineProperties(new Mail(), Object.getOwnPropertyDescriptors(values));
    default:
      return values;
  }
}

/** Composes the stored message, and reads it like a recipient. */
async function expectAsAsked(given: Given, { row, parts }: { row: SmtpMessage; parts: string[] }): Promise<void> {
  const lists = [given.to, given.cc, given.bcc, given.replyTo].map((one) => (one === null ? [] : one.addresses));
  const content = messageOf(contentFrom(parts));
  // An ambiguous value that was accepted must name one address per entry, as it was written.
  const written = [content.to, content.cc, content.bcc, content.replyTo ?? []].map((list, index) => {
    const addresses = list.map((one) => one.address);
    if (lists[index]) expect(addresses).toEqual(lists[index]);
    return addresses;
  });
  const isSensitive = row.sensitive;
  const isCopied = content.activity === COPIED;
  const mail = compose(content, { ...SENDER, username: null, copyActivities: [COPIED] }, { isSensitive, messageId: row.messageId });
  const copies = isCopied ? [[], SENDER.cc, SENDER.bcc] : [[], [], []];
  const [to, cc, bcc] = written.slice(0, 3).map((list, index) => [...list, ...copies[index]!]);
  expect(mail.envelope.to).toEqual(distinct([...to!, ...cc!, ...bcc!]));
  expect(mail.envelope.from).toBe(content.envelopeFrom ?? given.from?.addresses?.[0] ?? mail.from.address);
  expect(`${mail.envelope.from}${mail.envelope.dsn?.id}`).not.toMatch(/[\r\n<>]|evil/);
  for (const keepBcc of [false, true]) {
    const bytes = await buildMime(mail, { keepBcc });
    const parsed = await PostalMime.parse(bytes, { forceRfc822Attachments: true });
    const extra = Object.entries(content.headers).flatMap(([key, values]) => {
      const kept = values.filter((value) => value.trim() !== '');
      return IDS.test(key) ? kept.slice(0, 1).map(() => key) : kept.map(() => key);
    });
    expectHeaders(parsed, bytes, extra, keepBcc && mail.bcc.length > 0);
    expect(flat(parsed.from && [parsed.from])).toEqual([{ name: readable(mail.from.name), address: asSent(mail.from.address) }]);
    for (const field of ['to', 'cc', 'bcc', 'replyTo'] as const) {
      const expected = field === 'bcc' && !keepBcc ? [] : (mail[field] ?? []);
      expect(flat(parsed[field])).toEqual(expected.map((one) => ({ name: readable(one.name), address: asSent(one.address) })));
    }
    expect(readable(parsed.subject ?? '')).toBe(readable(content.subject));
    for (const [key, value] of Object.entries(content.headers).flatMap(([one, values]) => values.map((each) => [one, each] as const))) {
      // Ids are put into brackets, and headers without a value are left out.
      if (IDS.test(key) || readable(value) === '') continue;
      const found = parsed.headers
        .filter((header) => header.key === key.toLowerCase())
        .map((header) => readable(decodeWords(header.value)));
      expect(found).toContain(readable(value));
    }
    // Inline attachments come first.
    const files = (list: { filename?: string | null }[]): string[] => list.map(({ filename }) => readable(filename ?? '')).toSorted();
    const forms = mail.icalEvent ? mail.alternatives.length + 1 : mail.alternatives.length;
    const names = [...mail.attachments, ...(mail.icalEvent ? [mail.icalEvent] : [])].map(({ filename }) => ({
      filename: unlikeEncoded(filename),
    }));
    // Readers list other forms of the text among the files.
    expect(files(parsed.attachments)).toEqual(expect.arrayContaining(files(names)));
    expect(parsed.attachments.length).toBeLessThanOrEqual(names.length + forms);
  }
}

function expectHeaders({ headers: found }: Email, bytes: Buffer, extra: string[], hasBcc: boolean): void {
  const names = found.map(({ key }) => key);
  const allowed = [...OWN_HEADERS, ...extra.map((one) => one.toLowerCase())];
  expect(names.filter((one) => !allowed.includes(one))).toEqual([]);
  for (const own of OWN_HEADERS) expect(names.filter((one) => one === own).length).toBeLessThan(2);
  expect(names.includes('bcc')).toBe(hasBcc);
  expect(names.filter((one) => !OWN_HEADERS.includes(one))).toHaveLength(extra.length);
  const [head = ''] = bytes.toString('latin1').split('\r\n\r\n', 1);
  for (const one of head.split('\r\n')) {
    expect(one).toMatch(/^([!-9;-~]+:|[ \t])/);
    expect(one.length).toBeLessThanOrEqual(998);
    expect(one).not.toMatch(/[\0\r\n]/);
  }
}

const flat = (list: Address[] | undefined) =>
  (list ?? [])
    .flatMap((one) => one.group ?? [one])
    .map(({ name: who, address: one }) => ({ name: readable(who), address: asSent(one ?? '') }));

/** Normalizes white space, which readers fold or trim. */
const readable = (one: string): string => one.replace(/\s+/g, ' ').trim();
/** Replaces the start of encoded words, which readers would decode. */
const unlikeEncoded = (one: string | undefined): string | undefined =>
  /=\?[^?]*\?[bq]\?[^?]*\?=/i.test(one ?? '') ? one!.replaceAll('=?', '=_') : one;

/** Writes the domain in ASCII, and the local part without needless quotes. */
const asSent = (one: string): string => {
  const { local, domain } = splitAddress(one);
  return `${canonicalLocalPart(local)}@${domainToASCII(domain)}`;
};

function distinct(list: string[]): string[] {
  return list.filter((one, index) => list.findIndex((other) => other.toLowerCase() === one.toLowerCase()) === index);
}

function asked(value: string, addresses?: string[]): Asked {
  return { make: () => value, addresses };
}

function listOf(entries: Asked[]): Asked<unknown[]> {
  const known = entries.map(({ addresses }) => addresses);
  return { make: () => entries.map(({ make }) => make()), addresses: known.every((one) => one !== undefined) ? known.flat() : undefined };
}

/** A list whose own methods return additional addresses. */
function evilList({ make, addresses }: Asked<unknown[]>): Asked {
  const more = ['evil@evil.example'];
  return {
    addresses,
    make: () => {
      const values = make();
      return Object.assign(values, {
        map: (change: (value: unknown) => unknown) => [...Array.from(values), ...more].map(change),
        [Symbol.iterator]: () => more[Symbol.iterator](),
        toJSON: () => more,
        evil: more[0],
      });
    },
  };
}

function made(fields: Record<string, () => unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, make]) => [key, make()]));
}

function changing(key: string, first: string, then: string): object {
  let reads = 0;
  return Object.defineProperty({}, key, { get: () => (reads++ === 0 ? first : then), enumerable: true });
}

function unreadable(): object {
  return new Proxy({}, { ownKeys: throwing, get: throwing, getOwnPropertyDescriptor: throwing, has: throwing });
}

function throwing(): never {
  throw new TypeError('It cannot be read.');
}

function failing(): Readable {
  return new Readable({
    read() {
      this.destroy(new Error('The disk is gone.'));
    },
  });
}

function circular(): object {
  const one: Record<string, unknown> = {};
  one.self = one;
  return one;
}

function emptyOf(length: number): unknown[] {
  const one: unknown[] = [];
  one.length = length;
  return one;
}
