import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { transformSync } from '@swc/core';
import * as identity from '@azure/identity';
import * as keyVault from '../lib/azure-key-vault/index.js';
import * as cyberark from '../lib/cyberark/index.js';
import * as main from '../lib/index.js';
import { checkMessage } from '../lib/message/check-message.js';
import type { MailMessage } from '../lib/message/mail-message.js';
import { contentOf, type MessageContent } from '../lib/outbox/message-content.js';
import { createPrivateCa, type ServerCertificate } from '../lib/testing/private-ca.js';
import { resolveOptions } from '../lib/options/options.js';

const errorOf = (work: () => unknown): Error => {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('It did not fail.');
};

const root = fileURLToPath(new URL('..', import.meta.url));
const guide = readFileSync(`${root}docs/vaults.md`, 'utf8');
const blocks = [...guide.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => ({
  code,
  name: /(\w+)\(\{$/m.exec(code)?.[1] ?? 'source',
}));
/** Quotes of messages in the tables, in which `…` stands for a variable part. */
const phrases = [...guide.matchAll(/^\| "([^"]+)"/gm)].map(([, words = '']) => words);

describe('The guide to vaults', () => {
  let sources: string;
  let pem: ServerCertificate;
  beforeAll(async () => {
    pem = await (await createPrivateCa()).issue();
    const folders = ['secret', 'azure-key-vault', 'cyberark'].map((folder) => `${root}lib/${folder}`);
    const files = folders.flatMap((folder) => readdirSync(folder).map((file) => `${folder}/${file}`));
    sources = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  });

  it.each(blocks)('has code that starts as it is: $name', ({ code }) => {
    const { code: script } = transformSync(code, {
      swcrc: false,
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
    });
    const modules: Record<string, unknown> = {
      'nestjs-adminjs-smtp': {
        ...main,
        SmtpModule: { forRoot: (options: main.SmtpModuleOptions) => started.push(resolveOptions(options)) },
      },
      'nestjs-adminjs-smtp/azure-key-vault': keyVault,
      'nestjs-adminjs-smtp/cyberark': cyberark,
      '@azure/identity': identity,
      'node:fs': { readFileSync: (file: string) => (file.endsWith('.key') ? pem.key : file.includes('ca') ? pem.ca : pem.cert) },
    };
    const started: { secretSources: main.SecretSource[] }[] = [];
    const exported: { source?: main.SecretSource } = {};
    // oxlint-disable-next-line typescript/no-implied-eval
    new Function('require', 'exports', script)((name: string) => modules[name], exported);
    if (exported.source) started.push(resolveOptions({ secretSources: [exported.source] }));
    expect(started.flatMap(({ secretSources }) => secretSources)).toHaveLength(1);
  });

  it.each(phrases)('quotes messages that exist: %s', (words) => {
    for (const part of words.split('…')) expect(sources).toContain(part.trim());
  });

  it('links to headings that exist', () => {
    const anchors = [...guide.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-'));
    for (const [, anchor = ''] of guide.matchAll(/\]\(#([^)]+)\)/g)) expect(anchors).toContain(anchor);
  });
});

describe('The guide to messages', () => {
  const page = readFileSync(`${root}docs/messages.md`, 'utf8');
  const examples = [...page.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => code);

  it.each(examples.map((code, index) => [index + 1, code] as const))('has examples that are valid messages: %d', async (_number, code) => {
    const { code: script } = transformSync(
      `export default async (mail: { send(message: object): Promise<void> }) => {${code.replace(/^import .*$/m, '')}}`,
      {
        swcrc: false,
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
      },
    );
    const exported: { default?: (mail: { send(message: MailMessage): Promise<void> }) => Promise<void> } = {};
    // oxlint-disable-next-line typescript/no-implied-eval
    new Function('exports', 'open', script)(exported, async () => openFile(fileURLToPath(import.meta.url)));
    const sent: MessageContent[] = [];
    await exported.default!({
      send: async (message) => void sent.push(await contentOf(checkMessage(message, new Set(['general'])))),
    });
    expect(sent).toHaveLength(1);
  });

  it('names every field', () => {
    const error = errorOf(() => checkMessage({ nothing: 1 } as never, new Set()));
    const fields = error.message.split('use only ')[1]!.replace(/\..*$/, '').split(', ');
    expect(fields.length).toBeGreaterThan(15);
    expect(fields.filter((field) => !page.includes(`\`${field}\``))).toEqual([]);
  });
});

describe('The list of faults', () => {
  it('names exactly the specs whose titles have the number of a fault', () => {
    const NUMBER = /\bC2-\d+/g;
    const entries = readFileSync(`${root}test/faults.md`, 'utf8').split(/^- /m).slice(1);
    const listed = entries.map((entry) => [entry.match(NUMBER)![0], [...entry.matchAll(/`([\w-]+)`(?=[,)])/g)].map(([, spec]) => spec)]);
    const used: Record<string, string[]> = {};
    const specs = readdirSync(`${root}test`, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.spec.ts'));
    for (const file of specs.toSorted()) {
      const spec = basename(file, '.spec.ts');
      for (const number of new Set(readFileSync(`${root}test/${file}`, 'utf8').match(NUMBER))) (used[number] ??= []).push(spec);
    }
    expect(listed).toHaveLength(new Set(listed.map(([number]) => number)).size);
    expect(Object.fromEntries(listed)).toEqual(used);
  });
});

describe('The documentation', () => {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    ...readdirSync(`${root}docs`, { encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => `docs/${file}`),
  ];
  const textOf = (page: string): string => readFileSync(`${root}${page}`, 'utf8').replaceAll(/^```.*?^```/gms, '');
  const anchorsOf = (page: string): string[] =>
    [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );

  it.each(pages)('%s links to files of the package and to headings that exist', (page) => {
    const { files } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { files: string[] };
    // npm adds the last two automatically.
    const isPacked = (file: string): boolean =>
      [...files, 'README.md', 'LICENSE'].some((one) => file === one || file.startsWith(`${one}/`));
    for (const [, link = ''] of textOf(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [path = '', anchor] = link.split('#');
      const file = path ? normalize(join(dirname(page), path)) : page;
      expect({ link, exists: existsSync(`${root}${file}`), isPacked: isPacked(file) }).toEqual({ link, exists: true, isPacked: true });
      if (anchor !== undefined) expect(anchorsOf(file)).toContain(anchor);
    }
  });

  it.each(['CONTRIBUTING.md', 'docs/architecture.md'])('%s names files that exist', (page) => {
    const names = [...textOf(page).matchAll(/`((?:[\w-]+\/)+[\w.-]+\.(?:tsx?|js|mjs|md|json))`/g)].map(([, name = '']) => name);
    const bases = ['', 'lib/', 'lib/admin/components/form/kinds/smtp/'];
    expect(names.filter((name) => !bases.some((base) => existsSync(`${root}${base}${name}`)))).toEqual([]);
  });
});
