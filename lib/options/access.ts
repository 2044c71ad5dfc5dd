import { MailError } from '../shared/mail-error.js';
import { badOption, type Check, optional, options } from './option-checker.js';

/** The signed-in admin as AdminJS passes it; null if no admin is signed in. */
export type CurrentAdmin = Record<string, unknown> | null | undefined;

/** Role names, any of which is enough, or a function of the current admin. */
export type AccessRule = string[] | ((admin: Record<string, unknown>) => boolean | Promise<boolean>);

export type AccessLevel = 'view' | 'manage';

/** Permissions in the panel. */
export interface AccessOptions {
  /** Admins who may view: role names, any of which is sufficient, or a function of the admin. @default any signed-in admin */
  view?: AccessRule;
  /** Admins who may change and test: role names or a function, as for `view`. @default ['ADMINISTRATION_MANAGER'] */
  manage?: AccessRule;
}

export type ResolvedAccess = Record<AccessLevel, AccessRule | undefined>;

const rule: Check<AccessRule> = (value, option) => {
  if (typeof value === 'function') return value as AccessRule;
  if (Array.isArray(value) && value.length > 0 && value.findIndex((name) => typeof name !== 'string' || name === '') < 0) return value;
  throw badOption(option, 'is neither a list of role names nor a function', "Pass ['ADMINISTRATION_MANAGER'] or (admin) => boolean.");
};

/** Checks the option `access`. */
export const access: Check<ResolvedAccess> = options<ResolvedAccess>({
  view: [optional(rule), undefined],
  manage: [optional(rule), ['ADMINISTRATION_MANAGER']],
});

/** The caller: the application's own code (an empty object), or an admin in the browser, whose permissions are checked. */
export interface Caller {
  admin?: CurrentAdmin;
  /** The address of the request, for the change history: Express's `req.ip`. */
  address?: string;
  /** Recorded in the change history when the application's own code calls: a user of another screen, or the name of a job. */
  person?: string;
}

/** Decides who may view and who may change. Denies everything when no admin is signed in. */
export class AccessPolicy {
  constructor(private readonly rules: ResolvedAccess) {}

  /**
   * Returns the synchronous result that AdminJS's `isAccessible` needs. An asynchronous rule counts as granted here; {@link
   * assertCan} awaits it.
   */
  canShow(level: AccessLevel, admin: CurrentAdmin): boolean {
    try {
      const result = this.ask(level, admin);
      return result instanceof Promise ? (result.catch(() => false), true) : result;
    } catch {
      return false;
    }
  }

  /** Accepts the application's own code and admins with the permission. @throws MailError `FORBIDDEN` for anyone else */
  async assertCan(level: AccessLevel, caller: Caller | undefined): Promise<void> {
    if (!caller || !('admin' in caller)) return;
    let cause: unknown;
    const isAllowed = await Promise.resolve()
      .then(() => this.ask(level, caller.admin))
      // A rule that throws denies access.
      .catch((error: unknown) => void (cause = error));
    if (isAllowed === true) return;
    throw new MailError(
      'FORBIDDEN',
      level === 'view' ? 'Your role can’t view the mail settings.' : 'Your role can’t change or test the mail settings.',
      { cause },
    );
  }

  private ask(level: AccessLevel, admin: CurrentAdmin): boolean | Promise<boolean> {
    if (!admin) return false;
    const required = this.rules[level];
    if (required === undefined) return true;
    if (typeof required === 'function') {
      const result = required(admin);
      return result instanceof Promise ? result.then((value) => value === true) : result === true;
    }
    const { role, roles } = admin;
    const owned = [role, ...(Array.isArray(roles) ? roles : [roles])];
    return required.some((name) => owned.includes(name));
  }
}
