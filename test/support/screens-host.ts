import type { LanguageTexts } from '../../lib/admin/locales/language.js';
import type { ActivityOptions, EgressOptions, MailMessage, QueuedMail, TestsOptions } from '../../lib/index.js';
import type { InboxMail } from '../../lib/testing/index.js';
import { startProcess } from './processes/start-process.js';

/** The credentials of the inbox. */
export const LOGIN = { username: 'user@acme.io', password: 'Tr0ub4dor&3-of-the-vault' };

export interface ScreensSetup {
  /** False if secrets cannot be stored. @default true */
  hasKey?: boolean;
  /** False for no vaults, one cloud, and no passwords for Microsoft Graph. @default true */
  hasExtras?: boolean;
  /** One configuration on one page. @default false */
  isSingle?: boolean;
  /** Every save requires the password. @default false */
  isRetyped?: boolean;
  /** False if the certificate of the inbox is unknown. @default true */
  trustsInbox?: boolean;
  /** @default true */
  allowPlaintext?: boolean;
  /** The rate limit and the allowed recipients of tests. @default no limits */
  tests?: TestsOptions;
  egress?: EgressOptions;
  /** AdminJS's dark theme for everyone. Otherwise only the admins named dark use it. @default false */
  isDark?: boolean;
  /** Languages of the panel; `?lng=…` selects one. @default only English */
  languages?: string[];
  /** The host's own texts, by language. */
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
 * Starts a host application with the built screens, an inbox, and fakes of Microsoft 365, Azure Key Vault and CyberArk over
 * HTTPS. It needs a separate process, because AdminJS bundles for a browser only if nothing imported it earlier.
 */
export async function startScreensHost(setup: ScreensSetup = {}) {
  const child = await startProcess(new URL('./screens-host.process.ts', import.meta.url), setup);
  const ask = <T>(request: ScreensRequest): Promise<T> => child.ask<T>(request);
  const { url, smtpPort, smtpCa, database } = await ask<{ url: string; smtpPort: number; smtpCa: string; database: string }>({
    what: 'start',
  });
  return {
    /** Without a trailing slash. */
    url,
    smtpPort,
    /** The CA of the inbox, in PEM. */
    smtpCa,
    /** The SQLite file. */
    database,
    /** The mails that the fake of Microsoft Graph sent. */
    graphMails: () => ask<GraphMailFacts[]>({ what: 'graphMails' }),
    inboxMails: () => ask<InboxMail[]>({ what: 'inboxMails' }),
    /** Sends a message from the application itself. */
    send: (message: MailMessage) => ask<QueuedMail>({ what: 'send', message }),
    /** All configuration rows in the database, including the ciphertexts. */
    rows: () => ask<Record<'configs' | 'defaults' | 'statuses', Record<string, unknown>[]>>({ what: 'rows' }),
    /** Makes Key Vault refuse the application, or stop refusing it. */
    lockVault: (locked: boolean) => ask<null>({ what: 'vault', locked }),
    async stop() {
      await ask({ what: 'stop' });
      child.kill('SIGTERM');
      await child.exited;
    },
  };
}
