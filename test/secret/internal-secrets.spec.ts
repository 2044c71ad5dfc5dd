import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { type InternalSecret, SecretSourceError, internalSecrets } from '../../lib/index.js';

const signal = AbortSignal.timeout(600_000);

describe('internalSecrets', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smtp_test_secrets_'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  afterEach(() => void delete process.env.TEST_SMTP_PASSWORD);

  const read = async (secret: Omit<InternalSecret, 'key'>): Promise<string> =>
    (await internalSecrets({ secrets: [{ key: 'main', ...secret }] }).resolve('main', { signal })).value;

  it('A5.10 reads the environment, files and functions each time it is asked', async () => {
    process.env.TEST_SMTP_PASSWORD = 'from-the-environment';
    expect(await read({ env: 'TEST_SMTP_PASSWORD' })).toBe('from-the-environment');
    const file = join(folder, 'smtp');
    await writeFile(file, 'from-a-file\n');
    expect(await read({ file })).toBe('from-a-file');
    await writeFile(file, ' blanks stay \r\n');
    expect(await read({ file })).toBe(' blanks stay ');
    expect(await read({ value: () => 'from-the-host' })).toBe('from-the-host');
    expect(await read({ value: async () => 'from-the-host, later' })).toBe('from-the-host, later');
  });

  it('reports a missing secret, and passes on errors of the application', async () => {
    await expect(read({ env: 'TEST_SMTP_PASSWORD' })).rejects.toMatchObject({
      reason: 'missing',
      message: expect.stringContaining('TEST_SMTP_PASSWORD'),
    });
    await expect(read({ file: join(folder, 'nothing') })).rejects.toMatchObject({ reason: 'missing' });
    await expect(read({ value: () => Promise.reject(new SecretSourceError('unreachable', 'Not yet.')) })).rejects.toMatchObject({
      reason: 'unreachable',
    });
    await expect(internalSecrets({ secrets: [{ key: 'main', env: 'X' }] }).resolve('other', { signal })).rejects.toMatchObject({
      reason: 'missing',
    });
  });

  it('A5.10 lists its secrets by label, without their values', async () => {
    process.env.TEST_SMTP_PASSWORD = 'from-the-environment';
    const source = internalSecrets({
      id: 'acme',
      label: 'Acme secrets',
      secrets: [
        { key: 'main', label: 'Main relay', env: 'TEST_SMTP_PASSWORD', destinations: ['smtp.acme.io'] },
        { key: 'erp', label: 'ERP', value: () => 'from-the-host' },
      ],
    });
    expect(source).toMatchObject({ id: 'acme', label: 'Acme secrets' });
    expect(await source.choices({ signal, limit: 10 })).toEqual([
      { key: 'erp', label: 'ERP' },
      { key: 'main', label: 'Main relay', destinations: ['smtp.acme.io'] },
    ]);
    expect(await source.choices({ signal, limit: 10, search: 'relay' })).toHaveLength(1);
    expect(source.allows('main')).toEqual({ key: 'main', label: 'Main relay', destinations: ['smtp.acme.io'] });
    expect(source.allows('other')).toBeUndefined();
    expect(inspect(source, { depth: 9, showHidden: true })).not.toContain('from-the');
  });

  it('permits private CAs for single keys or for all', () => {
    const secrets = [
      { key: 'a', env: 'A' },
      { key: 'b', env: 'B', allowOwnCa: true },
      { key: 'c', env: 'C', allowOwnCa: false },
    ];
    const readConsents = (allowOwnCa?: boolean): (boolean | undefined)[] =>
      secrets.map(({ key }) => internalSecrets({ secrets, allowOwnCa }).allows(key)!.allowOwnCa);
    expect(readConsents()).toEqual([undefined, true, undefined]);
    expect(readConsents(true)).toEqual([true, true, undefined]);
    expect(() => internalSecrets({ secrets, allowOwnCa: 1 as never })).toThrow(/"allowOwnCa" of internalSecrets/);
  });

  it.each<[string, InternalSecret[], RegExp]>([
    ['no origin', [{ key: 'a' }], /"secrets\[0\]" of internalSecrets.*env, file and value/],
    ['two origins', [{ key: 'a', env: 'A', file: '/a' }], /"secrets\[0\]"/],
    ['no secrets', [], /allows nothing/],
    [
      'the same key twice',
      [
        { key: 'a', env: 'A' },
        { key: 'a', env: 'B' },
      ],
      /twice/,
    ],
    ['an empty key', [{ key: '', env: 'A' }], /"secrets\[0\]\.key"/],
    ['consent that is a string', [{ key: 'a', env: 'A', allowOwnCa: 'no' as never }], /"secrets\[0\]\.allowOwnCa".*true or false/],
    [
      'a misspelt limit',
      [{ key: 'a', env: 'A', destination: ['x'] } as never],
      /"secrets\[0\]\.destination" of internalSecrets\(\).*Use one of/s,
    ],
    ['a misspelt consent', [{ key: 'a', env: 'A', allowOwnCA: true } as never], /"secrets\[0\]\.allowOwnCA".*Use one of key, label/s],
    ['a limit that is null', [{ key: 'a', env: 'A', destinations: null as never }], /"secrets\[0\]\.destinations".*not a list/],
    ['an inherited limit', [Object.create({ key: 'a', env: 'A' }) as never], /"secrets\[0\]\.key".*is inherited/],
    ['a key that is null', [null as never], /"secrets\[0\]".*not an object/],
    ['a string', ['a' as never], /"secrets\[0\]".*exactly one origin/],
    ['a key of two lines', [{ key: 'a\nb', env: 'A' }], /"secrets\[0\]\.key"/],
    ['an empty variable', [{ key: 'a', env: '' }], /"secrets\[0\]\.env".*not the name/],
    ['a variable that is a number', [{ key: 'a', env: 5 as never }], /"secrets\[0\]\.env"/],
    ['an empty path', [{ key: 'a', file: ' ' }], /"secrets\[0\]\.file".*is empty/],
    ['a path with NUL', [{ key: 'a', file: '/a\0b' }], /"secrets\[0\]\.file".*control character/],
    ['a value that is not a function', [{ key: 'a', value: 'hunter2 of the host' as never }], /"secrets\[0\]\.value".*not a function/],
    ['the value in place of the variable', [{ key: 'a', env: 'hunter2 of the host' }], /"secrets\[0\]\.env".*not the value/],
  ])('rejects %s', (_what, secrets, words) => {
    expect(() => internalSecrets({ secrets })).toThrow(expect.objectContaining({ code: 'OPTIONS', message: expect.stringMatching(words) }));
    expect(() => internalSecrets({ secrets })).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }));
  });

  it.each<[string, unknown, RegExp]>([
    ['no options', undefined, /^The options of internalSecrets\(\) are undefined/],
    ['options that are null', null, /^The options of internalSecrets\(\) are null/],
    ['options that are a string', 'hunter2', /^The options of internalSecrets\(\) are a string/],
    ['a misspelt option', { secrets: [{ key: 'a', env: 'A' }], destination: [] }, /"destination" of internalSecrets\(\).*Use one of/s],
    ['a prefix', { prefix: 'a' }, /"prefix".*not an option/],
    ['no secrets', {}, /"secrets".*allows nothing/],
    ['secrets with a hole', { secrets: Array(1) }, /"secrets\[0\]"/],
    ['an empty id', { id: '', secrets: [{ key: 'a', env: 'A' }] }, /"id"/],
    ['a label that is null', { label: null, secrets: [{ key: 'a', env: 'A' }] }, /"label"/],
  ])('rejects %s at startup', (_what, options, words) => {
    expect(() => internalSecrets(options as never)).toThrow(
      expect.objectContaining({ code: 'OPTIONS', message: expect.stringMatching(words) }),
    );
  });
});
