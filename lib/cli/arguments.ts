import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isPlainAddress } from '../message/mailbox.js';
import { splitCertificates } from '../options/certificates.js';
import { UsageError } from './usage.js';
import type { SmtpSecurity } from '../transport/smtp/smtp-settings.js';

/** The parsed arguments of the command `test`. */
export interface TestCall {
  host: string;
  /** Undefined with `auto`: the usual ports are tried. */
  port?: number;
  security: SmtpSecurity | 'auto';
  user?: string;
  from: string;
  to: string;
  checkOnly: boolean;
  /** PEM certificates. */
  ca: string[];
  deadlineMs: number;
  json: boolean;
}

const PORTS = { starttls: 587, tls: 465, none: 25, auto: undefined };
const DEFAULT_TIMEOUT_S = '60';

/** Parses the arguments after the program's name; undefined for `--help`. @throws UsageError */
export function readArguments(argv: string[]): TestCall | undefined {
  const { values, positionals } = parse(argv);
  if (values.help) return undefined;
  if (positionals.length !== 1 || positionals[0] !== 'test')
    throw new UsageError('Missing or unknown command. The commands are "test" and "bundle".');
  const target = values.url === undefined ? values : targetOf(values.url, values);
  const host = target.host?.trim();
  if (!host) throw new UsageError('Missing option: set --host or --url.');
  const security = target.security ?? 'starttls';
  if (!isSecurity(security)) throw new UsageError('--security must be one of: starttls, tls, none, auto.');
  const user = values.user ?? target.user;
  const from = values.from ?? user ?? '';
  if (!isPlainAddress(from)) throw new UsageError('Missing sender: set --from to an email address.');
  const to = values.to ?? from;
  if (!isPlainAddress(to)) throw new UsageError('--to must be an email address.');
  if (user !== undefined && security === 'none')
    throw new UsageError('Passwords are never sent unencrypted. Omit --user, or use another --security.');
  return {
    host,
    port: target.port === undefined ? PORTS[security] : wholeNumber(target.port, '--port', 65_535),
    security,
    user,
    from,
    to,
    checkOnly: values['check-only'] ?? false,
    ca: values.ca === undefined ? [] : certificatesIn(values.ca),
    deadlineMs: wholeNumber(values.timeout ?? DEFAULT_TIMEOUT_S, '--timeout', 3_600) * 1_000,
    json: values.json ?? false,
  };
}

function parse(argv: string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    host: text,
    port: text,
    security: text,
    url: text,
    user: text,
    from: text,
    to: text,
    'check-only': flag,
    ca: text,
    timeout: text,
    json: flag,
    help: { ...flag, short: 'h' },
  };
  try {
    return parseArgs({ args: argv, allowPositionals: true, options });
  } catch (error) {
    // An unknown --password may contain its value, so only the name is repeated.
    const name = /'(-{1,2}[\w-]+)/.exec((error as Error).message)?.[1];
    throw new UsageError(name ? `Unknown option or missing value: ${name}.` : 'Invalid arguments.');
  }
}

interface Target {
  host?: string;
  port?: string;
  security?: string;
  user?: string;
}

function targetOf(address: string, { host, port, security }: Target): Target {
  if (host !== undefined || port !== undefined) throw new UsageError('Use either --url or --host and --port, not both.');
  let url: URL;
  try {
    url = new URL(address);
    // Throws for a malformed percent escape.
    decodeURIComponent(url.hostname + url.username);
  } catch {
    throw new UsageError('--url must have the form smtp://user@host:587.');
  }
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') throw new UsageError('--url must start with smtp:// or smtps://.');
  if (url.password)
    throw new UsageError('Do not put the password into --url: everyone on this machine can read arguments. Set SMTP_PASSWORD instead.');
  return {
    host: decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1'),
    port: url.port || undefined,
    security: security ?? (url.protocol === 'smtps:' ? 'tls' : undefined),
    user: url.username ? decodeURIComponent(url.username) : undefined,
  };
}

const isSecurity = (security: string): security is TestCall['security'] => Object.hasOwn(PORTS, security);

function wholeNumber(text: string, name: string, most: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > most) throw new UsageError(`${name} must be a whole number from 1 to ${most}.`);
  return number;
}

function certificatesIn(file: string): string[] {
  let found: string[];
  try {
    found = splitCertificates(readFileSync(file, 'utf8'));
  } catch {
    throw new UsageError('Cannot read the --ca file.');
  }
  if (found.length === 0) throw new UsageError('The --ca file contains no PEM certificate.');
  return found;
}
