import type { AdminModuleOptions } from '@adminjs/nestjs';
import { Logger } from '@nestjs/common';
import type { ResolvedSmtpOptions } from '../../options/options.js';

type Auth = NonNullable<AdminModuleOptions['auth']>;

/**
 * Warns, once in the process, when an admin signs in who may not change mail settings: the first screen of a new application is a dead
 * end without the role.
 * @param canManage returns true for an admin who may
 */
export function warnAtSignIn(
  auth: Auth | undefined,
  { access }: ResolvedSmtpOptions,
  canManage: (admin: Record<string, unknown>) => boolean,
): Auth | undefined {
  const authenticate = auth?.authenticate as ((...args: unknown[]) => unknown) | undefined;
  if (!auth || !authenticate) return auth;
  let isDone = false;
  return {
    ...auth,
    authenticate: async (...args: unknown[]) => {
      const admin = await authenticate.apply(auth, args);
      if (isDone || typeof admin !== 'object' || admin === null) return admin;
      isDone = true;
      if (!canManage(admin as Record<string, unknown>)) new Logger('SmtpAdmin').warn(reasonOf(access.manage));
      return admin;
    },
  } as Auth;
}

function reasonOf(rule: ResolvedSmtpOptions['access']['manage']): string {
  const start = 'The first admin who signed in may not change mail settings';
  return Array.isArray(rule)
    ? `${start}: neither "role" nor "roles" of what "authenticate" returns has ${rule.map((role) => `"${role}"`).join(' or ')}. Add the role there, or set the option "access.manage" of SmtpModule.`
    : `${start}: the function in the option "access.manage" of SmtpModule does not allow it.`;
}
