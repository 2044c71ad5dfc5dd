import type { AbstractLoader, AdminModuleOptions } from '@adminjs/nestjs';
import type { FactoryProvider, ModuleMetadata, Type } from '@nestjs/common';
import { ComponentLoader } from 'adminjs';
import { SmtpActivityService } from '../config/smtp-activity.service.js';
import { SmtpConfigService } from '../config/smtp-config.service.js';
import { MailLogService } from '../outbox/mail-log.service.js';
import { MailOverviewService } from '../outbox/mail-overview.service.js';
import { createSmtpResources, type SmtpResourcesOptions } from './create-smtp-resources.js';

type Extras = Pick<SmtpResourcesOptions, 'navigation'>;

/** What `AdminModule.createAdminAsync` takes. */
export interface SmtpAdminFactory extends Pick<ModuleMetadata, 'imports'> {
  inject?: FactoryProvider['inject'];
  // Nest's own factories take whatever is injected.
  // oxlint-disable-next-line typescript/no-explicit-any
  useFactory: (...args: any[]) => Promise<AdminModuleOptions> | AdminModuleOptions;
  customLoader?: Type<AbstractLoader>;
}

type SmtpAdminOptions = (AdminModuleOptions & { customLoader?: Type<AbstractLoader> }) | SmtpAdminFactory;

/**
 * Adds the mail screens to an admin. Takes what `AdminModule.createAdmin` or `createAdminAsync` takes, keeps all of it, and
 * returns what `createAdminAsync` takes. Needs SmtpModule, which is global.
 */
export function withSmtpAdmin(options: SmtpAdminOptions, extras: Extras = {}): SmtpAdminFactory {
  const {
    imports,
    inject = [],
    useFactory,
    customLoader,
  }: SmtpAdminFactory = 'useFactory' in options ? options : { useFactory: () => options, customLoader: options.customLoader };
  return {
    imports,
    customLoader,
    inject: [SmtpConfigService, SmtpActivityService, MailLogService, MailOverviewService, ...inject],
    useFactory: async (
      configs: SmtpConfigService,
      activities: SmtpActivityService,
      messages: MailLogService,
      overview: MailOverviewService,
      ...args: unknown[]
    ) => {
      const admin = await useFactory(...args);
      const { adminJsOptions } = admin;
      const componentLoader = adminJsOptions.componentLoader ?? new ComponentLoader();
      const resources = createSmtpResources({ configs, activities, messages, overview, componentLoader, ...extras });
      return {
        ...admin,
        adminJsOptions: { ...adminJsOptions, componentLoader, resources: [...(adminJsOptions.resources ?? []), ...resources] },
      };
    },
  };
}
