import { MailError } from '../shared/mail-error.js';

/** The signed-in admin as AdminJS knows it; null when nobody is. */
export type CurrentAdmin = Record<string, unknown> | null | undefined;

/** Role names of which one is enough, or a function of the current admin. */
export type AccessRule = string[] | ((admin: Record<string, unknown>) => boolean | Promise<boolean>);

export type AccessLevel = 'view' | 'manage';

/** Who asks: code of the host (nothing given), or an admin in the browser, whose rights are then checked. */
export interface Caller {
  admin?: CurrentAdmin;
  /** Where the request came from, for the change history: Express's `req.ip`. */
  address?: string;
  /** Where the host's own code calls: for whom, for the change history; a user of another screen, or the name of a job. */
  person?: string;
}

/** Decides who may look and who may change. Nobody signed in may nothing. */
export class AccessPolicy {
  constructor(private readonly rules: Record<AccessLevel, AccessRule | undefined>) {}

  /** The synchronous answer AdminJS's `isAccessible` needs; an asynchronous rule counts as yes here and is asked again by {@link assertCan}. */
  canShow(level: AccessLevel, admin: CurrentAdmin): boolean {
    try {
      const answer = this.ask(level, admin);
      return answer instanceof Promise ? (answer.catch(() => false), true) : answer;
    } catch {
      return false;
    }
  }

  /** Lets host code pass, and admins who have the right. @throws MailError `FORBIDDEN` for anybody else. */
  async assertCan(level: AccessLevel, caller: Caller | undefined): Promise<void> {
    if (!caller || !('admin' in caller)) return;
    let cause: unknown;
    const isAllowed = await Promise.resolve()
      .then(() => this.ask(level, caller.admin))
      // A rule that breaks allows nothing.
      .catch((error: unknown) => void (cause = error));
    if (isAllowed === true) return;
    throw new MailError(
      'FORBIDDEN',
      level === 'view' ? 'You may not see the mail settings.' : 'You may not change or test the mail settings.',
      { cause },
    );
  }

  private ask(level: AccessLevel, admin: CurrentAdmin): boolean | Promise<boolean> {
    if (!admin) return false;
    const rule = this.rules[level];
    if (rule === undefined) return true;
    if (typeof rule === 'function') {
      const answer = rule(admin);
      return answer instanceof Promise ? answer.then((value) => value === true) : answer === true;
    }
    const { role, roles } = admin;
    const owned = [role, ...(Array.isArray(roles) ? roles : [roles])];
    return rule.some((name) => owned.includes(name));
  }
}
