import { type ActionContext, BaseProperty, type BaseRecord, BaseResource, type ParamsType } from 'adminjs';
import type { Caller } from '../../options/access.js';
import { MailError } from '../../shared/mail-error.js';
import { SmtpRecord } from './smtp.record.js';

/** What AdminJS hands to `find` beside the filter. */
export type FindOptions = { limit?: number; offset?: number; sort?: { sortBy?: string; direction?: 'asc' | 'desc' } };

/** Where the hook before an action leaves the address: AdminJS hands the context to resources, and the request only to actions. */
const ADDRESS = Symbol('address');
type Context = Partial<ActionContext> & { [ADDRESS]?: string };

/** Keeps where the request of an action came from for {@link callerOf}. */
export function keepAddress(context: Context, address: string | undefined): void {
  context[ADDRESS] = address;
}

/** Who calls, as the services take it. */
export const callerOf = (context: Context | undefined): Caller => ({ admin: context?.currentAdmin ?? null, address: context?.[ADDRESS] });

/** A whole number that was asked for; undefined for anything else. */
export function whole(value: unknown): number | undefined {
  const number = Math.floor(Number(value));
  return value !== undefined && number >= 0 ? Math.min(number, Number.MAX_SAFE_INTEGER) : undefined;
}

/** What our resources share: views of a service as AdminJS's records, whose rights the service asks at each call. */
export abstract class SmtpResource<View extends object> extends BaseResource {
  readonly #fields: readonly string[];
  readonly #properties: BaseProperty[];

  /**
   * @param name the resource's id
   * @param fields what AdminJS may show of a view; a secret is never among them, so it cannot ask for one
   * @param sortable those the list can be sorted by
   */
  constructor(
    private readonly name: string,
    fields: readonly string[],
    sortable: readonly string[] = [],
  ) {
    super();
    this.#fields = fields;
    // All are texts to AdminJS: its own conversions turn '' into 0 and '0' into true.
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

  override async findOne(id: string, context?: ActionContext): Promise<BaseRecord | null> {
    return (await this.findMany([id], context))[0] ?? null;
  }

  /** Nothing for those who may not look: AdminJS asks before it checks, and would answer an error with a crash. */
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

  /** The views of these ids, as the service gives them. */
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
