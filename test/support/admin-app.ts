// Imported first, because AdminJS reads the environment during import.
import './admin-environment.js';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { AdminModule, type AdminModuleOptions, type CustomLoader } from '@adminjs/nestjs';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { withSmtpAdmin } from '../../lib/admin/index.js';
import {
  MailLogService,
  MailOverviewService,
  MailService,
  SmtpActivityService,
  SmtpAuditService,
  SmtpConfigService,
  SmtpModule,
  type ResolvedSmtpOptions,
  SMTP_OPTIONS,
  type SmtpModuleOptions,
  smtpEntities,
  smtpMigrations,
} from '../../lib/index.js';
import { type DatabaseKind, openDatabase } from './databases.js';
import { encryption, tests } from './smtp-app.js';

export const SESSION_SECRET = 'a session secret that must stay on the server';

/** A response of the server: AdminJS's JSON, and the complete response as text. */
export interface Answer {
  status: number;
  json: any;
  raw: string;
}

/** An admin without a browser: a cookie, and the calls of AdminJS's own client. */
export interface AdminClient {
  /** The session cookie. */
  cookie: string;
  get: (path: string, headers?: Record<string, string>) => Promise<Answer>;
  post: (path: string, body?: unknown, headers?: Record<string, string>, signal?: AbortSignal) => Promise<Answer>;
  head: (path: string, headers?: Record<string, string>) => Promise<Answer>;
}

const admins: Record<string, object> = {
  'admin@example.com': { email: 'admin@example.com', role: 'ADMINISTRATION_MANAGER' },
  'viewer@example.com': { email: 'viewer@example.com', roles: ['VIEWER'] },
};

/** Starts a host application with AdminJS over HTTP on its own database. */
export async function startAdminApp(
  kind: DatabaseKind,
  options: SmtpModuleOptions = {},
  adminOptions: Partial<AdminModuleOptions & CustomLoader> = {},
) {
  const database = await openDatabase(kind, { entities: smtpEntities, migrations: smtpMigrations });
  await database.dataSource.destroy();

  @Module({
    imports: [
      TypeOrmModule.forRoot({ ...database.options, retryAttempts: 0 }),
      SmtpModule.forRoot({ encryption, tests, ...options }),
      AdminModule.createAdminAsync(
        withSmtpAdmin({
          adminJsOptions: { rootPath: '/admin', resources: [] },
          auth: {
            authenticate: async (email: string) => (admins[email] as never) ?? null,
            cookieName: 'admin',
            cookiePassword: SESSION_SECRET,
          },
          sessionOptions: { secret: SESSION_SECRET, resave: false, saveUninitialized: false },
          ...adminOptions,
        }),
      ),
    ],
  })
  class HostModule {}

  const logged: string[] = [];
  const log = (...words: unknown[]): void => void logged.push(words.map(String).join(' '));
  const app = await NestFactory.create(HostModule, {
    logger: { log, error: log, warn: log, debug: log, fatal: log, verbose: log },
    abortOnError: false,
  });
  const server = app.getHttpServer() as import('node:http').Server;
  await app.listen(0, '127.0.0.1');
  if (!server.listening) await once(server, 'listening');
  // On a loaded machine, the server must not close a connection just as the client reuses it.
  server.keepAliveTimeout = 600_000;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const call = async (
    method: string,
    path: string,
    cookie: string,
    body?: unknown,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<Answer> => {
    const response = await fetch(`${url}/admin${path}`, {
      method,
      redirect: 'manual',
      headers: { ...(cookie && { cookie }), ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    });
    const text = await response.text();
    const head = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    return { status: response.status, json: parseJson(text), raw: `${head}\n\n${text}` };
  };

  const client = (cookie: string): AdminClient => ({
    cookie,
    get: (path, headers) => call('GET', path, cookie, undefined, headers),
    post: (path, body = {}, headers, signal) => call('POST', path, cookie, body, headers, signal),
    head: (path, headers) => call('HEAD', path, cookie, undefined, headers),
  });

  return {
    url,
    /** All lines that the application logged. */
    logged,
    options: app.get<ResolvedSmtpOptions>(SMTP_OPTIONS),
    configs: app.get(SmtpConfigService),
    activities: app.get(SmtpActivityService),
    mail: app.get(MailService),
    log: app.get(MailLogService),
    overview: app.get(MailOverviewService),
    history: app.get(SmtpAuditService),
    /** Sets Express's `trust proxy`, as a host does. */
    trustProxy: (value: boolean): void => void app.getHttpAdapter().getInstance().set('trust proxy', value),
    dataSource: app.get(DataSource),
    nobody: client(''),
    async signIn(email: string): Promise<AdminClient> {
      const response = await fetch(`${url}/admin/login`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ email, password: 'any' }),
      });
      return client(
        response.headers
          .getSetCookie()
          .map((cookie) => cookie.split(';')[0])
          .join('; '),
      );
    },
    async close() {
      await app.close();
      await database.drop();
    },
  };
}

export type AdminApp = Awaited<ReturnType<typeof startAdminApp>>;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
