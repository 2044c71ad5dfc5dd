import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parseSync } from '@swc/core';
import { UNKNOWN_VALUES } from '../../../lib/admin/components/history/entry-result.js';
import { PERIOD_NAMES } from '../../../lib/admin/components/model/periods.js';
import { OUTCOMES } from '../../../lib/admin/components/model/overview.js';
import { failureText, stepWords } from '../../../lib/shared/failure-words.js';
import { plannedSteps } from '../../../lib/admin/components/model/steps.js';
import { LANGUAGES } from '../../../lib/admin/locales/index.js';
import { textsByResource } from '../../../lib/admin/locales/language.js';
import type { Diagnosis } from '../../../lib/shared/diagnosis.js';
import { DIAGNOSES } from '../../../lib/transport/failures/diagnoses.js';
import { FINDINGS } from '../../../lib/transport/failures/findings.js';
import { AUDIT_ACTIONS, AUDIT_RECORD_TYPES } from '../../../lib/shared/audit.js';
import { SECRET_COLUMNS } from '../../../lib/shared/config-fields.js';

const en = textsByResource(LANGUAGES.en);
const FOLDER = fileURLToPath(new URL('../../../lib/admin/components', import.meta.url));
const sources = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => ({ name, code: readFileSync(`${FOLDER}/${name}`, 'utf8') }));

const BLOCKS = { t: 'components', button: 'buttons', label: 'labels', property: 'properties', message: 'messages' } as const;

/** Yields the texts that are looked up with a fixed key. */
function* findKeys(code: string): Generator<{ block: (typeof BLOCKS)[keyof typeof BLOCKS]; key: string }> {
  for (const [, call, rest = ''] of code.matchAll(/texts\.(t|button|label|property|message)\(([^`;]*?)\)/g)) {
    for (const [, key = ''] of rest.split(/, ?\{/)[0]!.matchAll(/'(\w+)'/g)) yield { block: BLOCKS[call as keyof typeof BLOCKS], key };
  }
}

/** The members of `window.AdminJS` in the browser. Its types declare more. */
const ADMINJS = [
  'ActionHeader',
  'ActionButton',
  'ApiClient',
  'Dashboard',
  'ViewHelpers',
  'useActionResponseHandler',
  'useCurrentAdmin',
  'useNotice',
  'useQueryParams',
  'useResource',
  'useTranslation',
];

interface SyntaxNode {
  type: string;
  [property: string]: unknown;
}

/** Yields every node of a syntax tree. */
function* walkNodes(value: unknown): Generator<SyntaxNode> {
  if (typeof value !== 'object' || value === null) return;
  if ('type' in value && typeof value.type === 'string') yield value as SyntaxNode;
  for (const child of Object.values(value)) yield* walkNodes(child);
}

/** Attributes that are shown or read aloud. */
const SPOKEN = ['title', 'label', 'placeholder', 'alt', 'help', 'aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext'];

/** Returns the literal text of an element or attribute. */
function findText(node: SyntaxNode): string {
  const literal = (value: unknown): string => {
    const { type, value: words, expression } = (value ?? {}) as SyntaxNode;
    if (type === 'JSXExpressionContainer') return literal(expression);
    return type === 'StringLiteral' || type === 'JSXText' ? String(words).trim() : '';
  };
  if (node.type === 'JSXAttribute') return SPOKEN.includes(String((node.name as SyntaxNode).value)) ? literal(node.value) : '';
  if (node.type !== 'JSXElement' && node.type !== 'JSXFragment') return '';
  return (node.children as unknown[]).map(literal).filter(Boolean).join(' ');
}

/** Returns whether a text is the same in every language, such as an address or a number. */
const isExample = (text: string): boolean => /^\S*[.@\d]\S*$/.test(text) || text === '-----BEGIN CERTIFICATE-----';

const findTexts = (code: string): string[] =>
  [...walkNodes(parseSync(code, { syntax: 'typescript', tsx: true }))]
    .map(findText)
    .filter((text) => /\p{L}{2}/u.test(text) && !isExample(text));

describe('the components', () => {
  it.each(sources.filter(({ code }) => code.includes('texts.')))('find all their texts: $name', ({ name, code }) => {
    const locale: Record<string, Record<string, string>> = /^(log\/|SmtpMessage)/.test(name)
      ? en.SmtpMessage
      : /^(overview\/|SmtpOverview)/.test(name)
        ? en.SmtpOverview
        : /^(history\/|SmtpAudit)/.test(name)
          ? en.SmtpAudit
          : name.startsWith('SmtpActivity')
            ? en.SmtpActivity
            : en.SmtpConfig;
    expect([...findKeys(code)].filter(({ block, key }) => locale[block]?.[key] === undefined)).toEqual([]);
  });

  it.each(sources.filter(({ name }) => name.endsWith('.tsx')))('contain no literal text: $name', ({ code }) => {
    expect(findTexts(code)).toEqual([]);
  });

  it('are checked for literal text', () => {
    const code = `const a = <p title="Some words" className="not these">Hello <b>{'there'}</b> {texts.t('name')}</p>;`;
    expect(findTexts(code)).toEqual(['Hello', 'Some words', 'there']);
  });

  it.each(sources)('import only modules that the browser has: $name', ({ code }) => {
    const imports = [...code.matchAll(/^import (?!type )([^;]*?) from '([^']+)';/gms)].map(([, clause = '', from = '']) => ({
      clause,
      from,
    }));
    const foreign = imports.filter(
      ({ from }) => !/^(react|adminjs|@adminjs\/design-system(\/styled-components)?|\.\.?\/.+\.js)$/.test(from),
    );
    const values = imports
      .filter(({ from }) => from === 'adminjs')
      .flatMap(({ clause }) => clause.replace(/[{}]/g, '').split(','))
      .map((name) => name.trim())
      .filter((name) => name && !name.startsWith('type '));
    expect(foreign).toEqual([]);
    expect(values.filter((name) => !ADMINJS.includes(name))).toEqual([]);
  });

  it('have a name and a text for every step, and a text for every state of the password', () => {
    const { labels, components }: Record<string, Record<string, string>> = en.SmtpConfig;
    for (const step of [
      ...plannedSteps({ type: 'generic', security: 'starttls' }, true),
      ...plannedSteps({ type: 'ms_graph', security: 'starttls' }, true),
    ]) {
      expect(labels).toHaveProperty(`step_${step}`);
      expect(components).toHaveProperty(`running_${step}`);
    }
    for (const rule of ['new', 'kept', 'changed', 'retype', 'unavailable']) expect(components).toHaveProperty(`password_${rule}`);
  });

  it('have a text for everything that needs attention', () => {
    const { components }: Record<string, Record<string, string>> = en.SmtpOverview;
    const single = [
      'no_config',
      'all_disabled',
      'default_disabled',
      'failing',
      'recovered',
      'held_disabled',
      'oldest',
      'oldest_backoff',
      'test_failed',
      'login_warning',
      'certificate_expires',
      'certificate_expired',
    ];
    const counted = ['no_default', 'held_missing', 'held_activity_missing', 'failed', 'failed_late', 'partially_sent'];
    const more = ['failing', 'recovered', 'held_disabled', 'test_failed', 'login_warning', 'certificate_expires'].map(
      (kind) => `more_${kind}`,
    );
    for (const kind of single) expect(components).toHaveProperty(`attention_${kind}`);
    for (const kind of [...counted, ...more]) for (const end of ['', 'One']) expect(components).toHaveProperty(`attention_${kind}${end}`);
    for (const outcome of OUTCOMES) for (const text of ['outcome', 'bar']) expect(components).toHaveProperty(`${text}_${outcome}`);
    for (const severity of ['error', 'warning', 'info']) expect(components).toHaveProperty(`severity_${severity}`);
  });

  it('have a name and a sentence for every action of the change history, and a name for every type of record', () => {
    const { labels, components }: Record<string, Record<string, string>> = en.SmtpAudit;
    for (const action of AUDIT_ACTIONS) {
      expect(labels).toHaveProperty(`action_${action}`);
      // A changed configuration has one for each way of changing it.
      expect(components).toHaveProperty(`did_${action}`);
    }
    for (const type of AUDIT_RECORD_TYPES) expect(labels).toHaveProperty(`record_${type}`);
    for (const period of PERIOD_NAMES) expect(labels).toHaveProperty(`period_${period}`);
  });

  it('can fill in every reason with what the change history contains', () => {
    const used = Object.values(DIAGNOSES).flatMap(({ summary }) => [...summary.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!));
    expect([...new Set(used)].filter((name) => !['host', 'port', ...UNKNOWN_VALUES].includes(name))).toEqual([]);
  });

  it('have the server’s text for every reason, and a name for each field that it refers to', () => {
    const { labels, properties } = en.SmtpConfig;
    const components: Record<string, string> = en.SmtpConfig.components;
    for (const [key, { summary, remedy, field, offer }] of Object.entries(DIAGNOSES as Record<string, Diagnosis>)) {
      expect(components[`reason_${key}`]).toBe(summary);
      expect(components[`remedy_${key}`]).toBe(remedy);
      if (field) expect(properties).toHaveProperty(field);
      if (offer) expect(labels).toHaveProperty(`securityShort_${offer.security}`);
    }
    for (const key of Object.keys(FINDINGS)) expect(components).toHaveProperty(`found_${key}`);
    for (const kind of ['public', 'machine', 'application', 'configuration']) expect(components).toHaveProperty(`verified_${kind}`);
    for (const key of ['version', 'cipher', 'names', 'subject', 'issuer', 'valid', 'verified'])
      expect(components).toHaveProperty(`tls_${key}`);
  });

  it('show a step in the reader’s language, including dates, or else as the server sent it', () => {
    const texts: Record<string, string> = { reason_cert_expired: 'Abgelaufen am {{date}}: {{host}}', found_accepted: 'Angenommen.' };
    const optional = (key: string, values: Record<string, string | number> = {}): string =>
      (texts[key] ?? '').replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]));
    const german = { optional, locale: 'de' };
    const failed = {
      reason: 'cert_expired',
      values: { host: 'h', date: '2024-03-12T00:00:00.000Z' },
      detail: 'It has expired.',
      hint: 'Renew it.',
    };
    expect(stepWords(failed, german)).toEqual({ summary: 'Abgelaufen am 12.03.2024: h', remedy: 'Renew it.' });
    expect(stepWords({ detail: 'test ESMTP' }, german).summary).toBe('test ESMTP');
    expect(stepWords({ found: 'accepted', detail: 'The server accepted the message.' }, german).summary).toBe('Angenommen.');
    expect(stepWords({ reason: 'unheard_of', detail: 'Something.', hint: 'Do.' }, german)).toEqual({
      summary: 'Something.',
      remedy: 'Do.',
    });
  });

  it('show a stored failure in the reader’s language if its reason is known', () => {
    const texts: Record<string, string> = { reason_dns_unknown: '{{host}} gibt es nicht.', remedy_dns_unknown: 'Prüfen Sie den Namen.' };
    const optional = (key: string, values: Record<string, string | number> = {}): string =>
      (texts[key] ?? '').replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]));
    const german = { optional, locale: 'de' };
    const failure = { error: 'In English.', reason: 'dns_unknown', values: { host: 'smtp.acme.io' } };
    expect(failureText(failure, german)).toBe('smtp.acme.io gibt es nicht. Prüfen Sie den Namen.');
    for (const reason of [null, 'unheard_of']) expect(failureText({ ...failure, reason }, german)).toBe('In English.');
  });

  it('have a text for each secret, each login method and each result of a check', () => {
    const { labels, components, buttons }: Record<string, Record<string, string>> = en.SmtpConfig;
    for (const column of SECRET_COLUMNS) {
      for (const end of ['Stored', 'Missing', 'Reenter', 'Add']) expect(components).toHaveProperty(`${column}${end}`);
      expect(buttons).toHaveProperty(`${column}FromVault`);
    }
    for (const state of ['checking', 'readable', 'unreadable', 'refused', 'unchecked'])
      expect(components).toHaveProperty(`secret_${state}`);
    for (const key of ['type_generic', 'type_ms_graph', 'graphAuth_oauth2', 'graphAuth_password']) {
      expect(labels).toHaveProperty(key);
      expect(components).toHaveProperty(key);
    }
    for (const method of ['password', 'oauth2']) {
      expect(labels).toHaveProperty(`authMethod_${method}`);
      expect(components).toHaveProperty(`auth_${method}`);
    }
    for (const warning of ['warning', 'warningShort']) expect(components).toHaveProperty(`${warning}_microsoft_password`);
  });
});
