import { MICROSOFT_SMTP_HOSTS } from '../../config/kinds/smtp/login-warning.js';
import type { ResolvedSmtpOptions } from '../../options/options.js';
import type { ScreenSettings } from '../../shared/smtp-config.js';

/** Picks the options that the screens need. */
export function screenSettings(options: ResolvedSmtpOptions): ScreenSettings {
  const { access, appName, activities, single, passwordOnUpdate, allowPlaintext, allowPlaintextAuth, allowAnonymousTls, graph } = options;
  return {
    appName,
    activities,
    single,
    manageRoles: Array.isArray(access.manage) ? access.manage : null,
    secretSources: options.secretSources.map(({ id, label }) => ({ id, label })),
    storedSecrets: options.keyRing.currentId !== undefined,
    passwordOnUpdate,
    allowPlaintext,
    allowPlaintextAuth,
    allowAnonymousTls,
    graphClouds: [...graph.clouds].map(([id, { label }]) => ({ id, label })),
    defaultCloud: graph.defaultCloud,
    allowPasswordGrant: graph.allowPasswordGrant,
    microsoftSmtpHosts: MICROSOFT_SMTP_HOSTS,
  };
}
