import { type ActionContext, BaseProperty, type BaseRecord, BaseResource, type ParamsType } from 'adminjs';
import type { Caller } from '../../options/access.js';
import { MailError } from '../../shared/mail-error.js';
import { MissingRecord, SmtpRecord } from './smtp.record.js';

/** The options that AdminJS passes to `find` along with the filter. */
export type FindOptions = { limit?: number; offset?: number; sort?: { sortBy?: string; direction?: 'asc' | 'desc' } };

/** The key of the client's address in the context. AdminJS passes the context to resources, but the request only to actions. */
const ADDRESS = Symbol('address');
type Context = Partial<ActionContext> & { [ADDRESS]?: string };

/** Stores the client's address for {@link callerOf}. */
export function keepAddress(context: Context, address: string | undefined): void {
  context[ADDRESS] = address;
}

/** Returns the caller for the services. */
export const callerOf = (context: Context | undefined): Caller => ({ admin: context?.currentAdmin ?? null, address: context?.[ADDRESS] });

/** Reads a whole number; undefined for anything else. */
export function wholeNumber(value: unknown): number | undefined {
  const number = Math.floor(Number(value));
  return value !== undefined && number >= 0 ? Math.min(number, Number.MAX_SAFE_INTEGER) : undefined;
}

/**
 * The base of this package's resources, which converts views of a service to AdminJS's records. The services check permissions on
 * every call.
 */
export abstract class SmtpResource<View extends object> extends BaseResource {
  readonly #fields: readonly string[];
  readonly #properties: BaseProperty[];

  /**
   * @param name the resource's id
   * @param fields the fields of a view that AdminJS may show; they include no secrets
   * @param sortable the fields by which the list can be sorted
   */
  constructor(
    private readonly name: string,
    fields: readonly string[],
    sortable: readonly string[] = [],
  ) {
    super();
    this.#fields = fields;
    // All types are `string`, because AdminJS's own conversions turn '' into 0 and '0' into true.
    this.#properties = fields.map(
      (path, position) => new BaseProperty({ path, type: 'string', isId: path === 'id', isSortable: sortable.includes(path), position }),
    );
  }

  static override isAdapterFor(): boolean {
    return false;
  }

  override id(): string {
    return this.name;
  }

  override databaseName(): string {
    return 'smtp';
  }

  override properties(): BaseProperty[] {
    return this.#properties;
  }

  override property(path: string): BaseProperty | null {
    return this.#properties.find((property) => property.path() === path) ?? null;
  }

  override async findOne(id: string, context?: ActionContext): Promise<BaseRecord> {
    return (await this.findMany([id], context))[0] ?? new MissingRecord(id, this);
  }

  /** Returns nothing without permission: AdminJS calls this before it checks permissions, and crashes on an error. */
  override async findMany(ids: (string | number)[], context?: ActionContext): Promise<BaseRecord[]> {
    try {
      return (await this.views(ids.map(String), callerOf(context))).map((view) => this.recordOf(view));
    } catch (error) {
      if (error instanceof MailError && error.code === 'FORBIDDEN') return [];
      throw error;
    }
  }

  override build(params: Record<string, unknown>): BaseRecord {
    return new SmtpRecord(params, this);
  }

  recordOf(view: View): BaseRecord {
    return this.build(this.paramsOf(view));
  }

  /** Reads the views of these ids from the service. */
  protected abstract views(ids: string[], call: Caller): Promise<View[]>;

  protected paramsOf(view: View): ParamsType {
    const values = view as Record<string, unknown>;
    return Object.fromEntries(
      this.#fields.map((field) => {
        const value = values[field];
        return [field, value instanceof Date ? value.toISOString() : value];
      }),
    );
  }
}
