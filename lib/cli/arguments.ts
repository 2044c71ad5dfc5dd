import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isPlainAddress } from '../message/mailbox.js';
import { splitCertificates } from '../options/certificates.js';
import type { SmtpSecurity } from '../transport/smtp/smtp-settings.js';
import { UsageError } from './usage.js';

/** What is to be tested, and how it is to be told. */
export interface TestCall {
  host: string;
  /** Left out with `auto`: the usual ones are tried. */
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
const DEFAULT_TIMEOUT_S = '15';

/** Reads the arguments behind the program's name; undefined when help is asked for. @throws UsageError */
export function readArguments(argv: string[]): TestCall | undefined {
  const { values, positionals } = parse(argv);
  if (values.help) return undefined;
  if (positionals.length !== 1 || positionals[0] !== 'test') throw new UsageError('Say what to do: the only command is "test".');
  const target = values.url === undefined ? values : targetOf(values.url, values);
  const host = target.host?.trim();
  if (!host) throw new UsageError('Give the server with --host or --url.');
  const security = target.security ?? 'starttls';
  if (!isSecurity(security)) throw new UsageError('--security is starttls, tls, none or auto.');
  const user = values.user ?? target.user;
  const from = values.from ?? user ?? '';
  if (!isPlainAddress(from)) throw new UsageError('Give the sender with --from: an e-mail address.');
  const to = values.to ?? from;
  if (!isPlainAddress(to)) throw new UsageError('--to is an e-mail address.');
  if (user !== undefined && security === 'none')
    throw new UsageError('A password is never sent without encryption: leave --user out, or choose another --security.');
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
    // An unknown --password may stand there with its value: only the name is repeated.
    const name = /'(-{1,2}[\w-]+)/.exec((error as Error).message)?.[1];
    throw new UsageError(name ? `This option is unknown or lacks its value: ${name}` : 'These arguments cannot be read.');
  }
}

interface Target {
  host?: string;
  port?: string;
  security?: string;
  user?: string;
}

function targetOf(address: string, { host, port, security }: Target): Target {
  if (host !== undefined || port !== undefined) throw new UsageError('Give either --url or --host and --port.');
  let url: URL;
  try {
    url = new URL(address);
    // A percent sign that begins no character.
    decodeURIComponent(url.hostname + url.username);
  } catch {
    throw new UsageError('--url is written smtp://user@host:587.');
  }
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') throw new UsageError('--url begins with smtp:// or smtps://.');
  if (url.password) throw new UsageError('No password in --url: everybody on this machine can read arguments. Set SMTP_PASSWORD instead.');
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
  if (!/^\d+$/.test(text) || number < 1 || number > most) throw new UsageError(`${name} is a whole number from 1 to ${most}.`);
  return number;
}

function certificatesIn(file: string): string[] {
  let found: string[];
  try {
    found = splitCertificates(readFileSync(file, 'utf8'));
  } catch {
    throw new UsageError('The file of --ca cannot be read.');
  }
  if (found.length === 0) throw new UsageError('The file of --ca holds no PEM certificate.');
  return found;
}
