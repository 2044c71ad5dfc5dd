import type { LanguageTexts } from '../../lib/admin/locales/language.js';
import type { ActivityOptions, EgressOptions, MailMessage, QueuedMail, TestsOptions } from '../../lib/index.js';
import type { InboxMail } from '../../lib/testing/index.js';
import { startProcess } from './processes/start-process.js';

/** What the inbox takes. */
export const LOGIN = { username: 'user@acme.io', password: 'Tr0ub4dor&3-of-the-vault' };

export interface ScreensSetup {
  /** False: secrets cannot be stored. @default true */
  hasKey?: boolean;
  /** False: no vaults, one cloud, and no passwords for Microsoft Graph. @default true */
  hasExtras?: boolean;
  /** One configuration and one page. @default false */
  isSingle?: boolean;
  /** The password is asked for at each save. @default false */
  isRetyped?: boolean;
  /** False: the certificate of the inbox is unknown. @default true */
  trustsInbox?: boolean;
  /** @default true */
  allowPlaintext?: boolean;
  /** How often an admin may test, and where to. @default as often as a test needs, and everywhere */
  tests?: TestsOptions;
  egress?: EgressOptions;
  /** AdminJS's dark theme for everybody; without, for the admins named dark. @default false */
  isDark?: boolean;
  /** Languages of the panel; `?lng=…` chooses one. @default English alone */
  languages?: string[];
  /** Texts of the host's own, by language. */
  translations?: Record<string, object>;
  /** The option `translations` of `withSmtpAdmin`. */
  smtpTranslations?: Record<string, LanguageTexts>;
  /** @default [] */
  activities?: ActivityOptions[];
}

export type ScreensRequest =
  | { what: 'start' | 'graphMails' | 'inboxMails' | 'rows' | 'stop' }
  | { what: 'vault'; locked: boolean }
  | { what: 'send'; message: MailMessage };

export interface GraphMailFacts {
  mailbox: string;
  subject: string;
  recipients: string[];
  raw: string;
}

/**
 * A host application with the screens as they were built, an inbox, and fakes of Microsoft 365, Azure Key Vault and CyberArk
 * over HTTPS, in a process of its own: AdminJS bundles for a browser only where nothing imported it before.
 */
export async function startScreensHost(setup: ScreensSetup = {}) {
  const child = await startProcess(new URL('./screens-host.process.ts', import.meta.url), setup);
  const ask = <T>(request: ScreensRequest): Promise<T> => child.ask<T>(request);
  const { url, smtpPort, smtpCa, database } = await ask<{ url: string; smtpPort: number; smtpCa: string; database: string }>({
    what: 'start',
  });
  return {
    /** Without a slash at its end. */
    url,
    smtpPort,
    /** Of the inbox, as PEM. */
    smtpCa,
    /** The file of its SQLite database. */
    database,
    /** What the fake of Microsoft Graph sent. */
    graphMails: () => ask<GraphMailFacts[]>({ what: 'graphMails' }),
    inboxMails: () => ask<InboxMail[]>({ what: 'inboxMails' }),
    /** What the application itself sends. */
    send: (message: MailMessage) => ask<QueuedMail>({ what: 'send', message }),
    /** All that the database holds of configurations, with the ciphers. */
    rows: () => ask<Record<'configs' | 'defaults' | 'statuses', Record<string, unknown>[]>>({ what: 'rows' }),
    /** Whether Key Vault refuses the application. */
    lockVault: (locked: boolean) => ask<null>({ what: 'vault', locked }),
    async stop() {
      await ask({ what: 'stop' });
      child.kill('SIGTERM');
      await child.exited;
    },
  };
}
