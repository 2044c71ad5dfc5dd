// Writes docs/options.md from the docstrings of lib/options. Fails if an option has no docstring or no default.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

/**
 * Every interface with options, in the order of the page: its file and name, and the option that it describes.
 * @typedef {{ file: string; name: string; title?: string; path: string }} Page
 * @type {Page[]}
 */
const PAGES = [
  { file: 'options/options.ts', name: 'SmtpModuleOptions', title: 'Module', path: '' },
  { file: 'secret/key-ring.ts', name: 'EncryptionOptions', path: 'encryption' },
  { file: 'options/activities.ts', name: 'ActivityOptions', path: 'activities[]' },
  { file: 'options/access.ts', name: 'AccessOptions', path: 'access' },
  { file: 'options/audit.ts', name: 'AuditOptions', path: 'audit' },
  { file: 'options/egress.ts', name: 'EgressOptions', path: 'egress' },
  { file: 'options/tests.ts', name: 'TestsOptions', path: 'tests' },
  { file: 'options/delivery.ts', name: 'DeliveryOptions', path: 'delivery' },
  { file: 'options/retry.ts', name: 'RetryOptions', path: 'delivery.retry' },
  { file: 'options/timeouts.ts', name: 'TimeoutOptions', path: 'delivery.timeouts' },
  { file: 'options/delivery.ts', name: 'RetentionOptions', path: 'delivery.retention' },
  { file: 'options/graph.ts', name: 'GraphOptions', path: 'graph' },
  { file: 'options/graph.ts', name: 'MicrosoftCloud', path: 'graph.clouds.<name>' },
];
const ROOT = new URL('../', import.meta.url);
export const PAGE = new URL('docs/options.md', ROOT);

const INTRODUCTION = `# Options

All options of \`SmtpModule\`. Each option is checked at startup: an invalid one fails startup with an error that names the option and the
remedy. An undefined option has its default.

This page is generated from docstrings. To change it, edit the docstrings in \`lib/options\` and run \`npm run docs:options\`.`;

/** Returns the page. @throws Error naming an option without a docstring or a default */
export async function optionsReference() {
  const sections = await Promise.all(PAGES.map(section));
  const options = (await resolveConfig(fileURLToPath(PAGE))) ?? {};
  return format([INTRODUCTION, ...sections].join('\n\n'), { ...options, parser: 'markdown' });
}

/** @param {Page} page */
async function section({ file, name, title, path }) {
  const source = await readFile(new URL(`lib/${file}`, ROOT), 'utf8');
  const [, comment = '', body] =
    new RegExp(`(?:/\\*\\*((?:(?!\\*/)[^])*)\\*/\\n)?export interface ${name} \\{\\n([^]*?)\\n\\}`).exec(source) ?? [];
  if (body === undefined) throw new Error(`lib/${file} declares no ${name}.`);
  const rows = [...body.matchAll(/( {2}\/\*\*(?:(?!\*\/)[^])*\*\/\n)? {2}(\w+)(\??): ([^;]+);/g)].map(
    ([, words = '', key = '', isOptional, type = '']) =>
      row({ name: `${name}.${key}`, key, type, words: textOf(words), isOptional: isOptional === '?' }),
  );
  const heading = title ?? `\`${path}\``;
  return [`## ${heading}`, textOf(comment).text, '| option | type | default | description |', '| --- | --- | --- | --- |', ...rows]
    .join('\n')
    .replace(/\n(\| option)/, '\n\n$1');
}

/** @param {{ name: string; key: string; type: string; words: { text: string; fallback?: string }; isOptional: boolean }} option */
function row({ name, key, type, words: { text, fallback }, isOptional }) {
  const nested = PAGES.find((page) => page.name === type.replace('[]', ''));
  if (!text) throw new Error(`${name} has no docstring.`);
  if (isOptional && !fallback && !nested) throw new Error(`${name} has no @default.`);
  const link = nested ? `see [\`${nested.path}\`](#${anchorOf(nested.path)})` : `\`${type.replaceAll('|', '\\|')}\``;
  return `| \`${key}\` | ${link} | ${isOptional ? shown(fallback) : 'required'} | ${text.replaceAll('|', '\\|')} |`;
}

/** Formats a default, with its value as code. */
function shown(fallback = '') {
  const [, value, words = ''] = /^([\d_.]+|'[^']*'|\[.*\]|true|false|[A-Z_]+)(.*)$/.exec(fallback) ?? [];
  return value === undefined ? fallback : `\`${value}\`${words}`;
}

/** Returns the text of a docstring, and the text after `@default`. @param {string} comment */
function textOf(comment) {
  const words = comment
    .replace(/^\s*\/\*\*|\*\/\s*$/g, '')
    .replace(/^\s*\* ?/gm, '')
    .replace(/\{@link (\w+)\}/g, '`$1`')
    .replace(/\s+/g, ' ')
    .trim();
  const [text = '', fallback] = words.split(' @default ');
  return { text, fallback };
}

/** Returns GitHub's anchor of a heading. @param {string} path */
const anchorOf = (path) => path.toLowerCase().replace(/[^\w-]/g, '');

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(PAGE, await optionsReference());
