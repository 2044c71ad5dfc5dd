import type { Email } from 'postal-mime';
import type { MailMessage, SmtpConfigInput } from '../../../lib/index.js';
import { QUICK } from '../fault-bench.js';
import { type SmtpApp, startOn } from '../smtp-app.js';
import { type Listener, LOGIN, MAILBOX, type MailServer, uniqueSubject } from './mail-server.js';

export const ENCRYPTED = { security: 'starttls', authRequired: true, ...LOGIN } as const satisfies SmtpConfigInput;
export const PLAIN = { security: 'none', authRequired: false } as const satisfies SmtpConfigInput;
const HAS_TLS: ReadonlySet<Listener> = new Set([
  'starttls',
  'tls',
  'wrongName',
  'otherCa',
  'expired',
  'clientCertificate',
  'saslDown',
  'saslLost',
]);

/** An application that sends to a real server. */
export class ServerBench {
  private constructor(
    readonly server: MailServer,
    readonly app: SmtpApp,
  ) {}

  static async open(start: () => Promise<MailServer>, { pipelineDepth = 1 } = {}): Promise<ServerBench> {
    const server = await start();
    try {
      const app = await startOn('sqlite', {
        allowPlaintext: true,
        allowPlaintextAuth: true,
        allowAnonymousTls: true,
        // A server that waits for TLS sends no greeting.
        delivery: { ...QUICK, pipelineDepth, concurrency: 100, timeouts: { greetingMs: 3_000 } },
      });
      return new ServerBench(server, app);
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Creates the default configuration, with the right settings for a listener. */
  configure(listener: Listener, overrides: SmtpConfigInput = {}) {
    return this.app.configs.create({
      name: 'main',
      isDefault: true,
      host: 'localhost',
      port: this.server.ports[listener],
      fromAddress: MAILBOX,
      caCertificate: this.server.certificates.ca,
      maxConnections: 3,
      ...(HAS_TLS.has(listener) ? ENCRYPTED : PLAIN),
      ...overrides,
    });
  }

  /** Queues a message and returns its subject, which no other message has. */
  async send(message: Partial<MailMessage> = {}): Promise<string> {
    const subject = uniqueSubject(message.subject ?? 'Hello');
    await this.app.mail.send({ to: 'bob@lab.test', text: 'Hello', ...message, subject });
    return subject;
  }

  query<T>(sql: string): Promise<T[]> {
    return this.app.dataSource.query(sql);
  }

  async findMessage(subject: string): Promise<Record<string, unknown>> {
    return (await this.query<Record<string, unknown>>(`SELECT * FROM smtp_message WHERE subject = '${subject}'`))[0]!;
  }

  async findArrived(subject: string): Promise<Email[]> {
    return (await this.server.readMail()).filter((mail) => mail.subject === subject);
  }

  /** Removes the messages and the configurations. */
  async reset(): Promise<void> {
    const configs = await this.app.configs.find();
    for (const { id } of configs) await this.app.configs.update(id, { enabled: false });
    for (const table of ['smtp_message', 'smtp_message_body', 'smtp_message_attempt']) await this.query(`DELETE FROM ${table}`);
    for (const { id } of configs) await this.app.configs.remove(id);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.server.stop();
  }
}
