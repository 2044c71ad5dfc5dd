import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { SmtpModuleOptions } from './options/options.js';

/** Defines `forRoot` and `forRootAsync`. The module is global, so that any service can inject MailService. */
export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<SmtpModuleOptions>()
  .setClassMethodName('forRoot')
  .setExtras({}, (definition) => ({ ...definition, global: true }))
  .build();
