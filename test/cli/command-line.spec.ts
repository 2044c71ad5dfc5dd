import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { readArguments } from '../../lib/cli/arguments.js';
import { findPassword } from '../../lib/cli/ask-password.js';
import { startInbox, type Inbox } from '../../lib/testing/index.js';
import { startProcess } from '../support/processes/start-process.js';
import { startServer, type ScriptedServer } from '../support/smtp-servers.js';
import type { TestStep } from '../../lib/shared/connection-test.js';

const LOGIN = { username: 'user@acme.io', password: 'Tr0ub4dor&3-of-the-shell' };
const MAIN = fileURLToPath(new URL('../../lib/cli/main.ts', import.meta.url));
const LOADER = new URL('../support/processes/typescript-loader.js', import.meta.url).href;

let inbox: Inbox;
let folder: string;
let ca: string;
let server: ScriptedServer | undefined;

beforeAll(async () => {
  inbox = await startInbox({ auth: LOGIN });
  folder = await mkdtemp(join(tmpdir(), `smtp_test_${process.env.TEST_RUN ?? 'alone'}_cli-`));
  ca = join(folder, 'ca.pem');
  await writeFile(ca, inbox.ca);
});
afterEach(async () => {
  inbox.clear();
  await server?.close();
  server = undefined;
});
afterAll(async () => {
  await inbox.close();
  await rm(folder, { recursive: true, force: true });
});

/** Starts the program like a shell without a terminal. */
function start(args: string[], password?: string) {
  const { SMTP_PASSWORD: _, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', LOADER, MAIN, ...args], {
    env: { ...env, NODE_OPTIONS: '', ...(password === undefined ? {} : { SMTP_PASSWORD: password }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  const waiting: { words: string; resolve: () => void }[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    for (const { words, resolve } of waiting) if (out.includes(words)) resolve();
  });
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, out, err })),
  );
  return {
    ended,
    /** Resolves as soon as the output contains the words. */
    printed: (words: string) => new Promise<void>((resolve) => waiting.push({ words, resolve })),
    interrupt: () => child.kill('SIGINT'),
  };
}
const run = (args: string[], password?: string) => start(args, password).ended;
const buildArguments = (...more: string[]): string[] => ['test', '--host', 'localhost', '--port', String(inbox.port), '--ca', ca, ...more];

describe('nestjs-adminjs-smtp test', () => {
  it('A4.8 completes every step, delivers one message and states the limits of the test', async () => {
    const { code, out } = await run(buildArguments('--user', LOGIN.username, '--to', 'me@example.com'), LOGIN.password);
    expect(out.split('\n').map((line) => line.split(/ +/).slice(0, 2).join(' '))).toEqual([
      ...['dns', 'tcp', 'greeting', 'tls', 'auth', 'sender', 'recipient', 'message'].map((step) => `✓ ${step}`),
      'The test',
      '',
    ]);
    expect(out).toMatch(/TLS 1\.3 · localhost/);
    expect(out).toContain('The test passed. The server accepted the message. It may still refuse other From addresses.');
    expect(code).toBe(0);
    expect(inbox.mails.map(({ to, subject }) => [to, subject])).toEqual([[['me@example.com'], 'Email Configuration Test']]);
  });

  it('A5.19 prints the failure, its remedy and the server’s reply, but not the password', async () => {
    const { code, out, err } = await run(buildArguments('--user', LOGIN.username), 'a wrong one');
    expect(out).toMatch(/✗ auth .*refused the user name or password.*\n {2}→ Check the user name and password.*\n {2}Server reply: 535/);
    expect(out).not.toContain('sender');
    expect(out + err).not.toContain('a wrong one');
    expect(code).toBe(1);
  });

  it('with --json, prints the same as the panel streams', async () => {
    const { code, out } = await run([...buildArguments('--security', 'tls', '--from', 'a@b.c'), '--json']);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TestStep & { report?: { ok: boolean; steps: TestStep[] } });
    expect(lines.at(-2)).toMatchObject({ name: 'tls', ok: false, reason: 'tls_expects_starttls', offer: { port: inbox.port } });
    expect(lines.at(-1)!.report).toEqual({ ok: false, steps: lines.slice(0, -1) });
    expect(code).toBe(1);
  });

  it('with --check-only, delivers nothing', async () => {
    const args = ['test', '--url', `smtp://${encodeURIComponent(LOGIN.username)}@localhost:${inbox.port}`, '--ca', ca, '--check-only'];
    const { code, out } = await run(args, LOGIN.password);
    expect(out).toContain('Nothing was sent');
    expect(code).toBe(0);
    expect(inbox.mails).toEqual([]);
  });

  it('A4.7 with --security auto, detects the security first, and sends no password without encryption', async () => {
    const { code, out } = await run(buildArguments('--security', 'auto', '--user', LOGIN.username), LOGIN.password);
    expect(out).toMatch(new RegExp(`^Detected: starttls on port ${inbox.port}: TLS 1\\.3`));
    expect(code).toBe(0);

    server = await startServer({});
    const plain = await run(
      ['test', '--host', '127.0.0.1', '--port', String(server.port), '--security', 'auto', '--user', LOGIN.username],
      LOGIN.password,
    );
    expect(plain.out).toContain('offers no encryption. Passwords are never sent unencrypted');
    expect(plain.code).toBe(1);
    expect(server.commands.join()).not.toMatch(/AUTH|MAIL/);
  });

  it('prints each step as it happens, and disconnects on Ctrl-C', async () => {
    server = await startServer({ raw: (socket) => void socket.write('2') });
    const program = start(['test', '--host', '127.0.0.1', '--port', String(server.port), '--from', 'a@b.c', '--timeout', '3600']);
    await program.printed('✓ tcp');
    program.interrupt();
    await server.allClosed();
    expect(await program.ended).toMatchObject({ code: 1, err: 'Stopped.\n' });
  });

  it('has one deadline for all steps', async () => {
    server = await startServer({ raw: (socket) => void socket.write('2') });
    const { code, out } = await run(['test', '--host', '127.0.0.1', '--port', String(server.port), '--from', 'a@b.c', '--timeout', '3']);
    expect(out).toMatch(/✗ greeting .*sent no greeting within 3 s/);
    expect(code).toBe(1);
  });

  it.each([
    ['no command', [], /Missing or unknown command/],
    ['no host', ['test', '--from', 'a@b.c'], /--host or --url/],
    ['a password as an argument', ['test', '--host', 'h', '--password', 'hunter2'], /Unknown option or missing value: --password/],
    ['a password in the address', ['test', '--url', 'smtp://u:hunter2@h'], /Do not put the password into --url/],
    ['a malformed user', ['test', '--url', 'smtp://50%of@h'], /--url must have the form/],
    ['a malformed host', ['test', '--url', 'smtp://h%zz'], /--url must have the form/],
    ['another protocol', ['test', '--url', 'https://h'], /smtp:\/\//],
    ['an invalid port', ['test', '--host', 'h', '--from', 'a@b.c', '--port', '70000'], /--port must be a whole number/],
    ['an unknown security', ['test', '--host', 'h', '--from', 'a@b.c', '--security', 'ssl3'], /--security must be/],
    ['a login without encryption', ['test', '--host', 'h', '--user', 'a@b.c', '--security', 'none'], /never sent unencrypted/],
    ['no sender', ['test', '--host', 'h', '--user', 'apikey'], /--from/],
    ['no CA', ['test', '--host', 'h', '--from', 'a@b.c', '--ca', '/nowhere'], /Cannot read the --ca file/],
    ['no password', ['test', '--host', 'h', '--user', 'a@b.c'], /SMTP_PASSWORD/],
  ])('rejects invalid arguments: %s', async (_what, args, words) => {
    const { code, out, err } = await run(args);
    expect(code).toBe(2);
    expect(err).toMatch(words);
    expect(err).toContain('Usage:');
    expect(out + err).not.toContain('hunter2');
  });

  it('prints its usage', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    for (const option of ['--host', '--check-only', 'SMTP_PASSWORD', 'Exit code']) expect(out).toContain(option);
  });

  it('defaults to the port of the security', () => {
    const portOf = (...args: string[]) => readArguments(['test', '--from', 'a@b.c', ...args])?.port;
    expect(portOf('--host', 'h')).toBe(587);
    expect(portOf('--host', 'h', '--security', 'tls')).toBe(465);
    expect(portOf('--url', 'smtps://h')).toBe(465);
    expect(portOf('--url', 'smtp://h:2525')).toBe(2525);
    expect(portOf('--host', 'h', '--security', 'auto')).toBeUndefined();
  });

  it('asks for the password in a terminal without showing it', async () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true, isRaw: false, setRawMode: (raw: boolean) => (terminal.isRaw = raw) });
    const shown = new PassThrough();
    const asked = findPassword(terminal as unknown as ReadStream, shown);
    expect(terminal.isRaw).toBe(true);
    terminal.write('s3cre');
    terminal.write('xx\u007f\u007ft\r');
    expect(await asked).toBe('s3cret');
    expect(terminal.isRaw).toBe(false);
    expect(String(shown.read())).toBe('Password: \n');
  });

  it('loads neither Nest nor a database nor AdminJS', async () => {
    const child = await startProcess(new URL('../support/cli.process.ts', import.meta.url), {});
    const { exitCode, packages } = await child.ask<{ exitCode: number; packages: string[] }>(
      buildArguments('--from', 'a@b.c', '--check-only'),
    );
    child.kill('SIGKILL');
    await child.exited;
    // The inbox requires a login, so the test fails after everything was loaded.
    expect(exitCode).toBe(1);
    expect(packages).toContain('nodemailer');
    expect(packages.filter((name) => /nest|typeorm|adminjs|azure|microsoft|reflect-metadata|react/.test(name))).toEqual([]);
  });
});

describe('the command "bundle"', () => {
  it('bundles the components of the package and of the application, without a database', async () => {
    const out = join(folder, 'bundle');
    const own = join(folder, 'loader.mjs');
    const component = join(folder, 'Mine.js');
    await writeFile(component, 'export default function Mine() { return null; }\n');
    const adminjs = import.meta.resolve('adminjs');
    await writeFile(
      own,
      `import { ComponentLoader } from ${JSON.stringify(adminjs)};\nexport const componentLoader = new ComponentLoader();\ncomponentLoader.add('OfTheHost', ${JSON.stringify(component)});\n`,
    );
    const { code, out: words, err } = await run(['bundle', '--out', out, '--loader', own]);
    expect([code, err]).toEqual([0, '']);
    expect(words).toContain(`Bundled the components into ${out}.`);
    const bundle = await readFile(join(out, 'bundle.js'), 'utf8');
    for (const name of ['SmtpConfigForm', 'SmtpOverview', 'OfTheHost']) expect(bundle).toContain(name);
  });

  it.each([
    ['an unknown option', ['--folder', 'x'], 2, 'The command "bundle" has the options --out and --loader only.'],
    ['a loader without an export', ['--loader', 'test/support/clock.js'], 2, 'The file of --loader must export "componentLoader"'],
    ['a loader that does not exist', ['--loader', 'nowhere.js'], 1, 'The file of --loader cannot be loaded.'],
    ['a folder that cannot be created', ['--out', 'package.json/x'], 1, 'The components cannot be bundled. ENOTDIR'],
  ])('names %s', async (_case, args, code, words) => {
    const ended = await run(['bundle', ...args]);
    expect(ended.code).toBe(code);
    expect(ended.err).toContain(words);
  });
});
