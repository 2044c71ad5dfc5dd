import { AdminModule } from '@adminjs/nestjs';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { internalSecrets, smtpEntities, smtpMigrations, SmtpModule } from 'nestjs-adminjs-smtp';
import { withSmtpAdmin } from 'nestjs-adminjs-smtp/admin';
import { adminOptions } from './admin.js';
import { Billing } from './billing.js';
import { DemoController } from './demo.controller.js';
import { FirstConfiguration } from './first-configuration.js';
import { InboxController } from './inbox.controller.js';
import { InboxService } from './inbox.service.js';
import { CreateDemoTables1790000000000, Milestone, Order } from './orders.js';
import { SameOriginGuard } from './same-origin.guard.js';
import { database, inboxLogin, keptSecret } from './settings.js';

@Module({
  imports: [
    TypeOrmModule.forRoot({
      ...database,
      entities: [Order, Milestone, ...smtpEntities],
      migrations: [CreateDemoTables1790000000000, ...smtpMigrations],
      migrationsRun: true,
    }),
    TypeOrmModule.forFeature([Order, Milestone]),
    SmtpModule.forRoot({
      appName: 'Example',
      encryption: { current: 'k1', keys: { k1: await keptSecret('encryption-key') } },
      // A password that the application already has. A real host reads it from its environment, a file or a vault.
      secretSources: [
        internalSecrets({
          label: 'Secrets of this application',
          secrets: [
            {
              key: 'inbox',
              label: 'Password of the inbox',
              hint: 'for inbox@example.com',
              value: () => inboxLogin.password,
              destinations: ['127.0.0.1', 'localhost'],
              // The inbox has a private CA, which the configuration trusts.
              allowOwnCa: true,
            },
          ],
        }),
      ],
      activities: [
        { key: 'invoice', label: 'Invoices' },
        { key: 'password_reset', label: 'Password resets', sensitive: true },
        { key: 'newsletter', label: 'Newsletters' },
      ],
    }),
    AdminModule.createAdminAsync(withSmtpAdmin(adminOptions, { dashboard: true })),
  ],
  controllers: [DemoController, InboxController],
  providers: [Billing, FirstConfiguration, InboxService, { provide: APP_GUARD, useClass: SameOriginGuard }],
})
export class AppModule {}
