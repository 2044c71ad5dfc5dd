import {
  Inject,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { AuditTrail } from './audit/audit-trail.js';
import { SmtpAuditService } from './audit/smtp-audit.service.js';
import { SmtpAuditStore } from './audit/smtp-audit.store.js';
import { CertificateFinder } from './config/kinds/smtp/certificate-finder.js';
import { SecurityDetector } from './config/kinds/smtp/security-detector.js';
import { SecretFinder } from './config/secret-finder.js';
import { SecretRotation } from './config/secret-rotation.js';
import { SmtpActivityService } from './config/smtp-activity.service.js';
import { SmtpConfigChecker } from './config/smtp-config.checker.js';
import { smtpEntities } from './smtp.entities.js';
import { SmtpConfigSecrets } from './config/smtp-config.secrets.js';
import { SmtpConfigService } from './config/smtp-config.service.js';
import { SmtpConfigStore } from './config/smtp-config.store.js';
import { SmtpConfigTester } from './config/smtp-config.tester.js';
import { SmtpConfigTests } from './config/smtp-config.tests.js';
import { SmtpConfigWriter } from './config/smtp-config.writer.js';
import { SingleConfig } from './config/single-config.js';
import { TestLimits } from './config/test-limits.js';
import { SendingEvidence } from './config/sending-evidence.js';
import { SharedPacing } from './config/shared-pacing.js';
import { SmtpSender } from './config/smtp-sender.js';
import { MailService } from './mail.service.js';
import { Acknowledger } from './outbox/acknowledger.js';
import { Breaker } from './outbox/breaker.js';
import { Deliverer } from './outbox/deliverer.js';
import { LaneStore } from './outbox/lane.store.js';
import { Lanes } from './outbox/lanes.js';
import { OutboxMaintenance } from './outbox/outbox.maintenance.js';
import { MailLogReader } from './outbox/mail-log.reader.js';
import { MailLogBulk } from './outbox/mail-log.bulk.js';
import { MailLogContent } from './outbox/mail-log.content.js';
import { MailLogDetailsReader } from './outbox/mail-log.details.js';
import { MailLogExporter } from './outbox/mail-log.export.js';
import { MailLogFiles } from './outbox/mail-log.files.js';
import { MailLogMove } from './outbox/mail-log.move.js';
import { MailLogResend } from './outbox/mail-log.resend.js';
import { MailLogRetry } from './outbox/mail-log.retry.js';
import { MailLogService } from './outbox/mail-log.service.js';
import { MailLogStore } from './outbox/mail-log.store.js';
import { MailOverviewService } from './outbox/mail-overview.service.js';
import { MailOverviewStore } from './outbox/mail-overview.store.js';
import { Claimer } from './outbox/claimer.js';
import { DeliveryRunner } from './outbox/delivery-runner.js';
import { InFlight } from './outbox/in-flight.js';
import { LeaseRenewal } from './outbox/lease-renewal.js';
import { Nudges } from './outbox/nudges.js';
import { Quarantine } from './outbox/quarantine.js';
import { OutboxService } from './outbox/outbox.service.js';
import { OutboxStore } from './outbox/outbox.store.js';
import { RetentionStore } from './outbox/retention.store.js';
import { SerialLock } from './outbox/serial-lock.js';
import { checkShutdown } from './outbox/shutdown-check.js';
import { StartInspection } from './outbox/start-inspection.js';
import { PollingDispatcher } from './outbox/polling.dispatcher.js';
import { AccessPolicy } from './options/access.js';
import { SmtpDatabase } from './database/database.js';
import { MailError } from './shared/mail-error.js';
import { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } from './smtp.module-definition.js';
import { sensitiveKeys } from './options/activities.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions, resolveOptions } from './options/options.js';
import { MimeBuilder } from './message/mime-builder.js';
import { Transports } from './transport/transports.js';

/** Outgoing mail: configurations, their secrets and the services that send. Import it once, with `forRoot` or `forRootAsync`. */
@Module({
  providers: [
    { provide: SMTP_OPTIONS, inject: [MODULE_OPTIONS_TOKEN], useFactory: resolveOptions },
    { provide: AccessPolicy, inject: [SMTP_OPTIONS], useFactory: ({ access }: ResolvedSmtpOptions) => new AccessPolicy(access) },
    {
      provide: SmtpDatabase,
      inject: [SMTP_OPTIONS, ModuleRef],
      useFactory: ({ dataSource }: ResolvedSmtpOptions, moduleRef: ModuleRef) =>
        new SmtpDatabase(() => findDataSource(moduleRef, dataSource), smtpEntities),
    },
    {
      provide: AuditTrail,
      inject: [SmtpDatabase, SmtpAuditStore, SMTP_OPTIONS],
      useFactory: (database: SmtpDatabase, store: SmtpAuditStore, { audit }: ResolvedSmtpOptions) => new AuditTrail(database, store, audit),
    },
    SmtpAuditStore,
    SmtpAuditService,
    SmtpConfigStore,
    SmtpConfigWriter,
    SmtpConfigTests,
    SmtpConfigSecrets,
    { provide: TestLimits, inject: [SMTP_OPTIONS], useFactory: ({ tests }: ResolvedSmtpOptions) => new TestLimits(tests) },
    Transports,
    MimeBuilder,
    SecretFinder,
    SecretRotation,
    SingleConfig,
    { provide: SendingEvidence, inject: [SmtpDatabase], useFactory: (database: SmtpDatabase) => new SendingEvidence(database) },
    {
      provide: SharedPacing,
      inject: [SmtpDatabase, SMTP_OPTIONS],
      useFactory: (database: SmtpDatabase, { delivery }: ResolvedSmtpOptions) => new SharedPacing(database, delivery.reconnectEveryMs),
    },
    SmtpSender,
    SmtpConfigChecker,
    CertificateFinder,
    SecurityDetector,
    SmtpConfigTester,
    SmtpActivityService,
    SmtpConfigService,
    {
      provide: OutboxStore,
      inject: [SmtpDatabase, SMTP_OPTIONS],
      useFactory: (database: SmtpDatabase, options: ResolvedSmtpOptions) => new OutboxStore(database, sensitiveKeys(options)),
    },
    RetentionStore,
    {
      provide: Breaker,
      inject: [SmtpDatabase, SMTP_OPTIONS],
      useFactory: (database: SmtpDatabase, { delivery }: ResolvedSmtpOptions) => new Breaker(database, delivery.reconnectEveryMs),
    },
    SerialLock,
    StartInspection,
    LaneStore,
    Lanes,
    OutboxMaintenance,
    Acknowledger,
    Deliverer,
    Nudges,
    InFlight,
    LeaseRenewal,
    Quarantine,
    DeliveryRunner,
    Claimer,
    PollingDispatcher,
    OutboxService,
    {
      provide: MailLogStore,
      inject: [SmtpDatabase, LaneStore, AuditTrail, SMTP_OPTIONS],
      useFactory: (database: SmtpDatabase, lanes: LaneStore, trail: AuditTrail, options: ResolvedSmtpOptions) =>
        new MailLogStore(database, lanes, trail, sensitiveKeys(options)),
    },
    MailLogReader,
    MailLogBulk,
    MailLogContent,
    MailLogDetailsReader,
    MailLogExporter,
    MailLogFiles,
    MailLogMove,
    MailLogResend,
    MailLogRetry,
    MailLogService,
    MailOverviewStore,
    MailOverviewService,
    MailService,
  ],
  exports: [
    SMTP_OPTIONS,
    AccessPolicy,
    SmtpActivityService,
    SmtpAuditService,
    SmtpConfigService,
    MailLogService,
    MailOverviewService,
    MailService,
  ],
})
export class SmtpModule
  extends ConfigurableModuleClass
  implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown
{
  #cancelCheck?: () => void;

  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly database: SmtpDatabase,
    private readonly configs: SmtpConfigWriter,
    private readonly keys: SecretRotation,
    private readonly single: SingleConfig,
    private readonly inspection: StartInspection,
    private readonly secrets: SmtpConfigSecrets,
    private readonly transports: Transports,
    private readonly mime: MimeBuilder,
    private readonly dispatcher: PollingDispatcher,
    private readonly trail: AuditTrail,
    private readonly evidence: SendingEvidence,
  ) {
    super();
  }

  /** Fails startup with an explanatory error if the database, the keys or the number of configurations is wrong. */
  async onModuleInit(): Promise<void> {
    await this.database.check();
    await this.configs.prepare();
    await this.keys.check();
    await this.single.check();
    await this.inspection.check();
    if (this.options.keyRing.currentId === undefined) {
      new Logger('SmtpModule').warn('No encryption key is set (option "encryption"): passwords cannot be stored.');
    }
  }

  onApplicationBootstrap(): void {
    if (!this.options.delivery.run) return;
    this.dispatcher.start();
    this.#cancelCheck = checkShutdown();
  }

  async onModuleDestroy(): Promise<void> {
    this.#cancelCheck?.();
    const deadline = Date.now() + this.options.delivery.graceMs;
    await this.dispatcher.stop(this.options.delivery.graceMs);
    await this.transports.close(Math.max(0, deadline - Date.now()));
    await this.dispatcher.end();
    await this.evidence.flush();
    await this.trail.flush();
    this.mime.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
    await this.secrets.resolver.close();
  }
}

/** Returns the application's data source. @throws MailError `OPTIONS` if it does not exist */
function findDataSource(moduleRef: ModuleRef, name: string | undefined): DataSource {
  try {
    return moduleRef.get<DataSource>(getDataSourceToken(name), { strict: false });
  } catch {
    throw new MailError(
      'OPTIONS',
      `Option "dataSource" of SmtpModule: the data source${name === undefined ? '' : ` "${name}"`} was not found.`,
      {
        remedy: 'Import TypeOrmModule.forRoot, or set the option to its name.',
      },
    );
  }
}
